package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.ProgressStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.StopCause;
import io.dbmigrations.operator.observe.Observation;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules for an attempt whose container runs. */
final class Running {

  // What the runner needs to cancel its statement and to roll back, several times over.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Running() {}

  static Optional<Decision> stopWhatIsLate(
      Observation observation, AttemptStatus attempt, AttemptState.Running running) {
    return untilLimit(observation, running).filter(Duration::isNegative).isPresent()
        ? Optional.of(new Decision.StopJob(attempt, StopCause.RUN_TIMEOUT))
        : Optional.empty();
  }

  static Optional<Decision> tell(
      Observation observation, AttemptStatus attempt, AttemptState.Running running) {
    Duration pause = AttemptState.Running.SILENCE.plusMillis(500);
    Duration rest = untilLimit(observation, running).map(left -> left.plusSeconds(1)).orElse(pause);
    return Optional.of(
        Decision.Report.of(
                Reason.MIGRATING, message(observation, attempt) + progress(running.progress()))
            .lookingAgainAfter(rest.compareTo(pause) < 0 ? rest : pause));
  }

  private static String progress(@Nullable ProgressStatus progress) {
    if (progress == null) {
      return "";
    }
    String step =
        progress.step() == null
            ? ""
            : "; step %d of %d, revision %s, since %s"
                .formatted(progress.step(), progress.of(), progress.revision(), progress.since());
    return progress.waitingFor() == null
        ? step
        : "%s; it waits for %s".formatted(step, progress.waitingFor());
  }

  // By what the Job was asked for, never by what the specification says by now.
  private static String message(Observation observation, AttemptStatus attempt) {
    String runs =
        "Job %s %s"
            .formatted(
                attempt.job(),
                switch (attempt.mode()) {
                  case CHECK -> "finds out whether the database is at " + attempt.target();
                  case PLAN ->
                      "finds out what a migration to %s would run".formatted(attempt.target());
                  case MIGRATE -> "migrates to " + attempt.target();
                });
    if (observation.spec().suspend()) {
      return runs + "; then nothing is started, because spec.suspend is true";
    }
    return observation.asksForMoreThan(attempt)
        ? "%s, as was asked for before the last edit; %s is next"
            .formatted(runs, observation.spec().targetRevision())
        : runs;
  }

  // By the limit that the Job was asked to keep: an edit of timeouts.run ends nothing that runs.
  private static Optional<Duration> untilLimit(
      Observation observation, AttemptState.Running running) {
    return Optional.ofNullable(running.limit())
        .map(run -> Duration.between(observation.now(), running.since().plus(run).plus(PATIENCE)));
  }
}
