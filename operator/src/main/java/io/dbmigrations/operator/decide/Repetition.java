package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.Times;
import io.dbmigrations.operator.observe.Observation;
import java.time.Instant;
import java.util.Optional;

/** When an attempt that failed is made again by itself. */
final class Repetition {

  private Repetition() {}

  /**
   * When it is due; empty where it is not repeated. No time that somebody wrote into the status
   * holds it up for longer than the operator's own would: by then it is due whatever stands there.
   */
  static Optional<Instant> due(Observation observation, AttemptOutcome outcome) {
    if (outcome.nextAt() == null) {
      return Optional.empty();
    }
    Instant latest =
        outcome
            .endedBy(observation.now())
            .map(end -> end.plus(Backoff.longest(observation.spec().retry())))
            .orElse(observation.now());
    return Optional.of(
        Times.read(outcome.nextAt()).filter(written -> written.isBefore(latest)).orElse(latest));
  }

  /** How an attempt ended, and whether another one follows. */
  static String message(Observation observation, AttemptOutcome outcome) {
    boolean isBelieved = due(observation, outcome).equals(Times.read(outcome.nextAt()));
    return isBelieved
        ? Messages.ended(outcome)
        : "%s It is tried again by itself: what stands in status.attempt.outcome.nextAt is not of the operator's making, because no pause is longer than retry.maxBackoff"
            .formatted(Messages.sentence(outcome.message()));
  }
}
