package io.dbmigrations.operator.report;

import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.OutcomeBuilder;
import io.dbmigrations.operator.testing.Ends;
import java.util.List;
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

  private List<String> rows = List.of();
  private @Nullable Reason refusal;
  private boolean isForJobsOnly;

  ModelDatabase(Random random) {
    this.random = random;
  }

  /** Something happens to it; says what. */
  String change() {
    switch (random.nextInt(5)) {
      case 0, 1 -> rows = ROWS.get(random.nextInt(ROWS.size()));
      case 2 -> refusal = REFUSALS.get(random.nextInt(REFUSALS.size()));
      case 3 -> refusal = null;
      default -> isForJobsOnly = !isForJobsOnly;
    }
    return "the database has %s, says %s, can be read by Jobs only: %s"
        .formatted(rows, refusal, isForJobsOnly);
  }

  /** What the operator finds. */
  DatabaseReading look() {
    if (isForJobsOnly) {
      return new DatabaseReading.NotObservable("a certificate in the image");
    }
    return refusal == null
        ? Ends.rows(rows.toArray(String[]::new))
        : new DatabaseReading.Refused(refusal, "it says no");
  }

  /** What a Job comes to that takes the line b to b3, or finds out whether it is there. */
  Outcome outcome(MigrationMode mode) {
    if (refusal != null) {
      return failed(refusal);
    }
    if (mode == MigrationMode.CHECK && !isHeldBy(rows)) {
      return OutcomeBuilder.builder(failed(Reason.REVISION_DRIFTED)).after(rows).build();
    }
    if (mode == MigrationMode.MIGRATE) {
      rows = rows.contains("a1") ? List.of("a1", "b3") : List.of("b3");
    }
    return OutcomeBuilder.builder(failed(Reason.AT_TARGET_REVISION))
        .after(rows)
        .target(List.of("b3"))
        .held(new HeldRows(List.of(rows.contains("b3") ? "b3" : "m4"), false))
        .build();
  }

  static Outcome failed(Reason reason) {
    return OutcomeBuilder.builder(Outcome.of(reason, "its end"))
        .isRunners(true)
        .versionTable(Ends.TABLE)
        .build();
  }

  /** Whether the line b is at b3, which both lines are that are merged into m4. */
  static boolean isHeldBy(List<String> rows) {
    return rows.contains("b3") || rows.contains("m4");
  }
}
