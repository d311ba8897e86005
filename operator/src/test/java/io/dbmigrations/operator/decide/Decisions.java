package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.UID;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.StopCause;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Decides on observations, and takes the decisions apart. */
final class Decisions {

  static final Duration RESYNC = Duration.ofMinutes(5);

  private static final Decider DECIDER = new Decider(RESYNC);

  private Decisions() {}

  /** How long it is now until a reading of a moment ago is to be repeated. */
  static Duration untilTurn() {
    return Duration.between(NOW, Turn.after(NOW, UID, RESYNC));
  }

  static Decision decide(Observations observations) {
    return DECIDER.decide(observations.build());
  }

  static Decision.Report report(Observations observations) {
    Decision decision = decide(observations);
    assertThat(decision).isInstanceOf(Decision.Report.class);
    return (Decision.Report) decision;
  }

  static Reason reason(Observations observations) {
    return report(observations).reason();
  }

  static String message(Observations observations) {
    return report(observations).message();
  }

  static Decision.ConcludeFailure failure(Observations observations) {
    Decision decision = decide(observations);
    assertThat(decision).isInstanceOf(Decision.ConcludeFailure.class);
    return (Decision.ConcludeFailure) decision;
  }

  static Decision.ConcludeSuccess success(Observations observations) {
    Decision decision = decide(observations);
    assertThat(decision).isInstanceOf(Decision.ConcludeSuccess.class);
    return (Decision.ConcludeSuccess) decision;
  }

  static StopCause stopped(Observations observations) {
    Decision decision = decide(observations);
    assertThat(decision).isInstanceOf(Decision.StopJob.class);
    return ((Decision.StopJob) decision).cause();
  }

  static Decision.StartAttempt migrate(int failures, @Nullable Long user) {
    return new Decision.StartAttempt(MigrationMode.MIGRATE, failures, user, 0, null, null, null);
  }

  static Decision.StartAttempt check() {
    return check(0);
  }

  static Decision.StartAttempt check(int failures) {
    return new Decision.StartAttempt(MigrationMode.CHECK, failures, null, 0, null, null, null);
  }
}
