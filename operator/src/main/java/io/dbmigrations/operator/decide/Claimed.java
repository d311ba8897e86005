package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.Claimant;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The rules for an attempt that found another resource's claim on the same lines. */
final class Claimed {

  // What becomes of another resource is no event of this one.
  private static final Duration GLANCE = Duration.ofSeconds(10);

  private Claimed() {}

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
                || (since != null && since.isAfter(Instant.parse(outcome.endedAt()))));
    return Optional.of(
        mayHaveMoved
            ? Decision.StartAttempt.again(attempt, 0, Settled.user(observation, attempt))
            : Settled.failed(attempt).lookingAgainAfter(GLANCE));
  }

  private static boolean isElsewhere(Observation observation, Claimant claimant) {
    DatabaseStatus mine = observation.status().database();
    DatabaseStatus theirs = claimant.database();
    return mine != null && theirs != null && mine.isElsewhereThan(theirs);
  }
}
