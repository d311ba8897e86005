package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Urgency;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules for an attempt whose container has ended, and whose outcome is not yet written down.
 */
final class Ending {

  // On its way in many clusters, made by somebody else whom nobody can hurry; or a password, of
  // which often only the Job can find out that it is right now.
  private static final Set<Reason> WITHOUT_LIMIT =
      EnumSet.of(Reason.DATABASE_MISSING, Reason.ROLE_MISSING, Reason.AUTHENTICATION_FAILED);

  // Stalled for a person, and yet only trying tells that the cause is gone.
  private static final Set<Reason> TRIED_ALL_THE_SAME =
      EnumSet.of(Reason.AUTHENTICATION_FAILED, Reason.JOB_NAME_CONFLICT);

  private Ending() {}

  static Optional<Decision> concludeLost(
      Observation observation, AttemptStatus attempt, AttemptState.Lost lost) {
    return Optional.of(failure(observation, attempt, lost(lost)));
  }

  /** The end of an attempt of which nobody can say how it ended. */
  static AttemptState.Ended lost(AttemptState.Lost lost) {
    return AttemptState.Ended.with(Outcome.of(Reason.POD_LOST, lost.message()));
  }

  static Optional<Decision> readWhatHadNoRoom(
      Observation observation, AttemptStatus attempt, AttemptState.Ended ended) {
    return ended.outcome().digests().after() == null
        ? Optional.empty()
        : readBeforeSuccess(observation, attempt, ended);
  }

  static Optional<Decision> concludeFailure(
      Observation observation, AttemptStatus attempt, AttemptState.Ended ended) {
    Outcome outcome = ended.outcome();
    if (outcome.reason() != Reason.AT_TARGET_REVISION) {
      return Optional.of(failure(observation, attempt, asRead(observation, attempt, ended)));
    }
    return outcome.hasDifferingTables()
        ? Optional.of(failure(observation, attempt, differing(ended)))
        : Optional.empty();
  }

  static Optional<Decision> readBeforeSuccess(
      Observation observation, AttemptStatus attempt, AttemptState.Ended ended) {
    VersionTables tables = ended.outcome().tables();
    if (!observation.isReadByTheOperator() || tables.count() == 0) {
      return Optional.empty();
    }
    String occasion = Settled.occasion(observation, attempt);
    return observation.readingOn(occasion).isPresent()
        ? Optional.empty()
        : Optional.of(new Decision.ReadDatabase(occasion, tables, Urgency.AWAITED));
  }

  static Optional<Decision> concludeSuccess(
      Observation observation, AttemptStatus attempt, AttemptState.Ended ended) {
    AttemptState.Ended known = asRead(observation, attempt, ended);
    return Optional.of(
        new Decision.ConcludeSuccess(
            known, rows(observation, attempt).orElse(known.outcome().after())));
  }

  private static AttemptState.Ended asRead(
      Observation observation, AttemptStatus attempt, AttemptState.Ended ended) {
    return rows(observation, attempt)
        .map(rows -> ended.told(ended.outcome().knowing(rows)))
        .orElse(ended);
  }

  private static Optional<List<String>> rows(Observation observation, AttemptStatus attempt) {
    return observation
        .readingOn(Settled.occasion(observation, attempt))
        .map(reading -> reading.found())
        .filter(DatabaseReading.Rows.class::isInstance)
        .map(found -> ((DatabaseReading.Rows) found).revisions());
  }

  private static Decision failure(
      Observation observation, AttemptStatus attempt, AttemptState.Ended ended) {
    Reason reason = ended.outcome().reason();
    Outcome explained = TakingBack.explained(observation, attempt, ended.outcome());
    if (reason == Reason.DATABASE_AHEAD) {
      boolean follows = TakingBack.follows(observation, attempt, ended.outcome());
      return new Decision.ConcludeFailure(ended.told(explained), null, follows);
    }
    boolean comesBack =
        reason.reasonClass() == ReasonClass.TRANSIENT || TRIED_ALL_THE_SAME.contains(reason);
    if (!comesBack) {
      return Decision.ConcludeFailure.of(ended.told(explained), null);
    }
    int limit = observation.spec().retry().limit();
    if (attempt.failures() >= limit && !WITHOUT_LIMIT.contains(reason)) {
      return Decision.ConcludeFailure.of(exhausted(ended, attempt, limit), null);
    }
    Duration pause =
        Backoff.pause(observation.spec().retry(), attempt.failures(), observation.uid());
    return Decision.ConcludeFailure.of(ended, pause);
  }

  private static AttemptState.Ended exhausted(
      AttemptState.Ended ended, AttemptStatus attempt, int limit) {
    Outcome last = ended.outcome();
    String message =
        "No further attempt is made by itself: %d failed in a row (retry.limit is %d). When the cause is gone, set the annotation dbmigrations.io/retry to a new value. The last one ended with %s: %s"
            .formatted(attempt.failures() + 1, limit, last.reason().wireName(), last.message());
    return ended.told(last.because(Reason.RETRIES_EXHAUSTED, message));
  }

  private static AttemptState.Ended differing(AttemptState.Ended ended) {
    return ended.told(
        ended
            .outcome()
            .because(
                Reason.VERSION_TABLES_DIFFER,
                "env.py migrated several version tables, and they do not end at the same revisions, so nothing can be said of them as one. The Job's log has each of them"));
  }
}
