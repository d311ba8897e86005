package io.dbmigrations.operator.report;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.OutcomeBuilder;
import io.dbmigrations.operator.testing.Ends;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A database that others migrate as well, that can be away, and that knows the truth: also up to
 * where the resource may take its line b back, because it left the line there, or because somebody
 * has asked for the target and no attempt has come so far since.
 */
final class ModelDatabase {

  private static final int ANYWHERE = Integer.MAX_VALUE;

  private static final List<List<String>> ROWS =
      List.of(
          List.of(),
          List.of("a1"),
          List.of("a1", "b3"),
          List.of("a2", "b3"),
          List.of("m4"),
          List.of("b4"),
          List.of("a1", "b5"));

  private static final List<Reason> REFUSALS =
      List.of(
          Reason.DATABASE_UNREACHABLE,
          Reason.DATABASE_MISSING,
          Reason.AUTHENTICATION_FAILED,
          Reason.SECRET_FORBIDDEN);

  private static final List<Reason> FAILURES =
      List.of(Reason.MIGRATION_FAILED, Reason.LOCK_TIMEOUT, Reason.LOCK_TIMEOUT);

  private final Random random;

  private List<String> rows = List.of();
  private @Nullable Reason refusal;
  private boolean isForJobsOnly;

  private int mayTakeBack = ANYWHERE;
  private @Nullable String harm;
  private int takenBack;
  private int refused;
  private int recorded;

  ModelDatabase(Random random) {
    this.random = random;
  }

  /** Whether an image has no script for what comes after b3. */
  static boolean isOld(String image) {
    return image.startsWith("old:");
  }

  /** Where a target wants the line b; a label may stand elsewhere in each image. */
  static int meaning(DatabaseMigrationSpec spec) {
    String target = spec.targetRevision();
    if (isOld(spec.image())) {
      return 3;
    }
    boolean isOdd = (spec.image().charAt(spec.image().length() - 1) - '0') % 2 == 1;
    return target.startsWith("b3") ? 3 : target.startsWith("b5") || isOdd ? 5 : 3;
  }

  /** Something happens to it; says what. */
  String change() {
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> rows = ROWS.get(random.nextInt(ROWS.size()));
      case 3 -> refusal = REFUSALS.get(random.nextInt(REFUSALS.size()));
      case 4, 5, 6 -> refusal = null;
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

  /** An attempt is made for somebody who asks for the target, wherever the database is. */
  void isAskedForItsTarget() {
    mayTakeBack = ANYWHERE;
  }

  /** What a Job comes to that takes the line b to there, or finds out whether it is there. */
  Outcome outcome(AttemptStatus attempt, int target) {
    if (refusal != null) {
      return failed(refusal);
    }
    if (isOld(attempt.image()) && level(rows) > 3) {
      // What was asked for was asked of what it has found.
      mayTakeBack = mayTakeBack == ANYWHERE ? level(rows) : mayTakeBack;
      return OutcomeBuilder.builder(failed(Reason.DATABASE_AHEAD))
          .before(rows)
          .after(rows)
          // The id of what b3 with a number is the beginning of; a label is none.
          .target(List.of(attempt.target().startsWith("label") ? "b3" : attempt.target() + "f"))
          .left(attempt.downFrom() == null ? rows : attempt.downFrom())
          .build();
    }
    if (attempt.mode() == MigrationMode.CHECK) {
      return isHeldBy(rows, target) ? reached(target) : drifted(attempt);
    }
    if (isRefused(attempt, target)) {
      refused++;
      return drifted(attempt);
    }
    if (random.nextInt(6) == 0) {
      return failed(Reason.DATABASE_BUSY);
    }
    int found = level(rows);
    List<String> before = rows;
    if (random.nextInt(4) != 0) {
      move(target);
      mayTakeBack = target;
      return OutcomeBuilder.builder(reached(target))
          .before(before)
          .direction(target < found ? "Downgrade" : "Upgrade")
          .applied(Math.abs(target - found))
          .build();
    }
    int got = somewhereBetween(found, target);
    move(got);
    List<String> known = attempt.downFrom() == null ? before : attempt.downFrom();
    mayTakeBack = got != found ? got : mayTakeBack == ANYWHERE ? found : mayTakeBack;
    return OutcomeBuilder.builder(failed(FAILURES.get(random.nextInt(FAILURES.size()))))
        .before(before)
        .after(rows)
        .left(got != found ? rows : known)
        .build();
  }

  /** A Job ends somewhere on its way to there without a word. */
  void lose(AttemptStatus attempt, int target) {
    boolean runs = refusal == null && attempt.mode() == MigrationMode.MIGRATE;
    if (runs && !isRefused(attempt, target)) {
      int got = somewhereBetween(level(rows), target);
      move(got);
      mayTakeBack = Math.max(mayTakeBack, got);
    }
  }

  /** What was taken back that somebody else applied; null where nothing was. */
  @Nullable String harm() {
    return harm;
  }

  /** How often something was taken back. */
  int takenBack() {
    return takenBack;
  }

  /** A Job runs an image that was recorded. */
  void runsRecordedImage() {
    recorded++;
  }

  /** How often an image ran that was recorded. */
  int recorded() {
    return recorded;
  }

  /** How often the taking back was refused. */
  int refused() {
    return refused;
  }

  static Outcome failed(Reason reason) {
    return OutcomeBuilder.builder(Outcome.of(reason, "its end"))
        .isRunners(true)
        .versionTable(Ends.TABLE)
        .build();
  }

  /** Whether the line b is there; at 3 both lines are that are merged into m4. */
  static boolean isHeldBy(List<String> rows, int target) {
    return level(rows) == target;
  }

  // As the runner refuses it.
  private boolean isRefused(AttemptStatus attempt, int target) {
    int found = level(rows);
    return attempt.downFrom() != null && found > target && found > level(attempt.downFrom());
  }

  private void move(int to) {
    int found = level(rows);
    if (to < found) {
      takenBack++;
      if (found > mayTakeBack) {
        harm = "taken back from %d, which it left at %d".formatted(found, mayTakeBack);
      }
    }
    List<String> moved =
        new ArrayList<>(rows.stream().filter(row -> !row.startsWith("b")).toList());
    if (to != 0 && !(to == 3 && moved.contains("m4"))) {
      moved.add("b" + to);
    }
    rows = moved.stream().sorted().toList();
  }

  private int somewhereBetween(int found, int target) {
    // The line has no revisions below the third.
    List<Integer> way =
        List.of(0, 3, 4, 5).stream()
            .filter(one -> one >= Math.min(found, target) && one <= Math.max(found, target))
            .filter(one -> one != target || found == target)
            .toList();
    return way.get(random.nextInt(way.size()));
  }

  private static int level(List<String> rows) {
    return rows.stream()
        .mapToInt(row -> row.startsWith("b") ? row.charAt(1) - '0' : row.equals("m4") ? 3 : 0)
        .max()
        .orElse(0);
  }

  private Outcome drifted(AttemptStatus attempt) {
    return OutcomeBuilder.builder(failed(Reason.REVISION_DRIFTED))
        .before(rows)
        .after(rows)
        .left(Objects.requireNonNull(attempt.downFrom(), "it may go down from anywhere"))
        .build();
  }

  private Outcome reached(int target) {
    String row = "b" + target;
    return OutcomeBuilder.builder(failed(Reason.AT_TARGET_REVISION))
        .after(rows)
        .target(List.of(row))
        .held(new HeldRows(List.of(rows.contains(row) ? row : "m4"), false))
        .build();
  }
}
