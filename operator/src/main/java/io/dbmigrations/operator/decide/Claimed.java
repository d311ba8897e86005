package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Claim;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.Claimant;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;

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
            && observation.observableTable().isPresent()
            && observation.readingOn(occasion).isEmpty()
        ? Optional.of(
            new Decision.ReadDatabase(
                occasion, observation.observableTable().get(), Urgency.AWAITED))
        : Optional.empty();
  }

  static Optional<Decision> waitForTheClaimant(Observation observation, AttemptStatus attempt) {
    AttemptOutcome outcome = attempt.outcome();
    Claim claim = outcome == null ? null : outcome.claim();
    Claimant claimant = observation.claimant();
    if (!attempt.endedWith(Reason.DATABASE_CLAIMED) || claim == null || claimant == null) {
      return Optional.empty();
    }
    Long user = Settled.user(observation, attempt);
    if (!claimant.isAlive() || isElsewhere(observation, claimant)) {
      return Optional.of(Decision.StartAttempt.again(attempt, 0, user));
    }
    boolean changed =
        claimant.target() != null
            && !new TreeSet<>(claimant.target()).equals(new TreeSet<>(claim.target()));
    // What a status says and what the database knows may differ for longer than a Job takes.
    Duration pause = untilNext(observation, attempt, outcome);
    return Optional.of(
        changed && !pause.isPositive()
            ? Decision.StartAttempt.again(attempt, attempt.failures() + 1, user)
            : Settled.failed(attempt).lookingAgainAfter(GLANCE));
  }

  private static Duration untilNext(
      Observation observation, AttemptStatus attempt, AttemptOutcome outcome) {
    Duration pause =
        Backoff.pause(observation.spec().retry(), attempt.failures(), observation.uid());
    return Duration.between(observation.now(), Instant.parse(outcome.endedAt()).plus(pause));
  }

  private static boolean isElsewhere(Observation observation, Claimant claimant) {
    DatabaseStatus mine = observation.status().database();
    DatabaseStatus theirs = claimant.database();
    return mine != null && theirs != null && mine.isElsewhereThan(theirs);
  }
}
