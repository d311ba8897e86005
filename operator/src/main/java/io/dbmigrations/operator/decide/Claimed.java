package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.observe.Claimant;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Reading;
import io.dbmigrations.operator.observe.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The rules for a resource that an older one stands in the way of, which declares something else
 * for the same lines.
 */
final class Claimed {

  // What becomes of another resource is no event of this one.
  private static final Duration GLANCE = Duration.ofSeconds(10);

  private Claimed() {}

  // Since the target was reached. What the older one declares for the database only that itself
  // knows: a Job that runs nothing finds out whether it has a claim.
  static Optional<Decision> findOutWhoMovedIt(Observation observation, AttemptStatus attempt) {
    return observation.olderAtWork() && !observation.spec().suspend()
        ? observation
            .readingOn(Settled.occasion(observation, attempt))
            .filter(reading -> isMoved(observation, attempt, reading))
            .map(_ -> Decision.StartAttempt.checking(Settled.user(observation, attempt)))
        : Optional.empty();
  }

  // What was dropped, or is another database, the older one has not brought where it is.
  private static boolean isMoved(Observation observation, AttemptStatus attempt, Reading reading) {
    AttemptOutcome outcome = attempt.outcome();
    return outcome != null
        && reading.found() instanceof DatabaseReading.Answer answer
        && !Readings.isOfAnotherDatabase(observation, answer)
        && switch (answer) {
          case DatabaseReading.Rows rows ->
              rows.tablePresent()
                  && Verdict.of(rows.revisions(), outcome, observation.status()) != Verdict.HELD;
          case DatabaseReading.Differing _ -> true;
        };
  }

  // Where both databases are known by name and server, a claimant that moved away is told from one
  // that stays.
  static Optional<Decision> readWhichDatabaseItIs(Observation observation, AttemptStatus attempt) {
    String occasion = Settled.occasion(observation, attempt);
    return attempt.endedWith(Reason.DATABASE_CLAIMED)
            && observation.observableTables().isPresent()
            && observation.readingOn(occasion).isEmpty()
        ? Optional.of(
            new Decision.ReadDatabase(
                occasion, observation.observableTables().get(), Urgency.AWAITED))
        : Optional.empty();
  }

  static Optional<Decision> waitForTheClaimant(Observation observation, AttemptStatus attempt) {
    AttemptOutcome outcome = attempt.outcome();
    Claimant claimant = observation.claimant();
    if (!attempt.endedWith(Reason.DATABASE_CLAIMED) || outcome == null) {
      return Optional.empty();
    }
    // Whatever it declares by now, the database knows it since its last attempt.
    Instant since = claimant == null ? null : claimant.lastEnd();
    boolean mayHaveMoved =
        claimant != null
            && (!claimant.isAlive()
                || isElsewhere(observation, claimant)
                || outcome
                    .endedBy(observation.now())
                    .map(end -> since != null && since.isAfter(end))
                    .orElse(true));
    return Optional.of(
        mayHaveMoved
            ? Decision.StartAttempt.again(attempt, 0, Settled.user(observation, attempt))
            : Settled.failed(observation, attempt).lookingAgainAfter(GLANCE));
  }

  private static boolean isElsewhere(Observation observation, Claimant claimant) {
    return claimant.database() != null
        && Readings.place(observation).isElsewhereThan(claimant.database());
  }
}
