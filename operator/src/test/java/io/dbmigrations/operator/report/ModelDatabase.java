package io.dbmigrations.operator.report;

import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.OutcomeBuilder;
import io.dbmigrations.operator.testing.Ends;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A database that others migrate as well, that can be away, and that knows the truth. */
final class ModelDatabase {

  private static final List<List<String>> ROWS =
      List.of(List.of(), List.of("a1"), List.of("a1", "b3"), List.of("a2", "b3"), List.of("m4"));

  private static final List<Reason> REFUSALS =
      List.of(
          Reason.DATABASE_UNREACHABLE,
          Reason.DATABASE_MISSING,
          Reason.AUTHENTICATION_FAILED,
          Reason.SECRET_FORBIDDEN);

  private final Random random;

  /**
   * Of each version table: in every other database there is one, in the others one for each tenant.
   */
  private final List<List<String>> tables;

  private List<String> others = List.of();
  private @Nullable Reason refusal;
  private boolean isForJobsOnly;

  ModelDatabase(Random random) {
    this.random = random;
    tables = new ArrayList<>(Collections.nCopies(random.nextBoolean() ? 1 : 3, List.of()));
  }

  /** Something happens to it; says what. */
  String change() {
    switch (random.nextInt(7)) {
      case 0, 1 -> Collections.fill(tables, ROWS.get(random.nextInt(ROWS.size())));
      case 5 -> tables.set(random.nextInt(tables.size()), ROWS.get(random.nextInt(ROWS.size())));
      case 6 -> others = List.of("x%d.alembic_version".formatted(random.nextInt(3)));
      case 2 -> refusal = REFUSALS.get(random.nextInt(REFUSALS.size()));
      case 3 -> refusal = null;
      default -> isForJobsOnly = !isForJobsOnly;
    }
    return "the database has %s, says %s, can be read by Jobs only: %s"
        .formatted(tables, refusal, isForJobsOnly);
  }

  /** What the operator finds. */
  DatabaseReading look() {
    if (isForJobsOnly) {
      return new DatabaseReading.NotObservable("a certificate in the image");
    }
    if (refusal != null) {
      return new DatabaseReading.Refused(refusal, "it says no");
    }
    String[] first = tables.getFirst().toArray(String[]::new);
    if (tables.size() == 1) {
      return Ends.rows(first);
    }
    return common().isPresent()
        ? Ends.rowsBeside(others, first)
        : Ends.differing(
            tables.stream()
                .map(rows -> rows.isEmpty() ? null : String.join("+", rows))
                .toArray(String[]::new));
  }

  /** What a Job comes to that takes the line b to b3, or finds out whether it is there. */
  Outcome outcome(MigrationMode mode) {
    if (refusal != null) {
      return failed(refusal);
    }
    if (mode == MigrationMode.CHECK && !tables.stream().allMatch(ModelDatabase::isHeldBy)) {
      return OutcomeBuilder.builder(failed(Reason.REVISION_DRIFTED))
          .after(common().orElse(null))
          .build();
    }
    if (mode == MigrationMode.MIGRATE) {
      tables.replaceAll(rows -> rows.contains("a1") ? List.of("a1", "b3") : List.of("b3"));
    }
    if (common().isEmpty()) {
      return failed(Reason.VERSION_TABLES_DIFFER);
    }
    List<String> rows = tables.getFirst();
    return OutcomeBuilder.builder(failed(Reason.AT_TARGET_REVISION))
        .after(rows)
        .target(List.of("b3"))
        .held(new HeldRows(List.of(rows.contains("b3") ? "b3" : "m4"), false))
        .build();
  }

  Outcome failed(Reason reason) {
    VersionTables all = tables.size() == 1 ? Ends.ONE : Ends.TENANTS;
    return OutcomeBuilder.builder(Outcome.of(reason, "its end"))
        .isRunners(true)
        .versionTable(tables.size() == 1 ? Ends.TABLE : null)
        .versionTables(all)
        .build();
  }

  /** What all of its version tables have. */
  private Optional<List<String>> common() {
    return tables.stream().distinct().count() == 1
        ? Optional.of(tables.getFirst())
        : Optional.empty();
  }

  /** Whether the line b is at b3, which both lines are that are merged into m4. */
  static boolean isHeldBy(List<String> rows) {
    return rows.contains("b3") || rows.contains("m4");
  }
}
