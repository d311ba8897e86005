package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptIdentity;
import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.Observation;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt may take back. Who asks for the target asks for it wherever the database is; all
 * else, an automatic repetition or an edit that leaves the target as it is, takes back only what
 * was applied when this resource left the database. What somebody else has applied since stays.
 */
final class Descent {

  private Descent() {}

  /** The rows of which alone an attempt after that one may take something back; null for any. */
  static @Nullable List<String> after(AttemptStatus last, Observation observation) {
    if (observation.asksForTheTarget(last)) {
      return null;
    }
    AttemptOutcome outcome = last.outcome();
    if (isAfterALostStatus(last, observation)) {
      // Whatever it once left: nobody knows any more, and nobody has asked since.
      return List.of();
    }
    if (last.mode() == MigrationMode.CHECK) {
      // It has left nothing, whatever it has found.
      return last.downFrom() == null ? reached(outcome, observation) : last.downFrom();
    }
    if (last.endedWith(Reason.AT_TARGET_REVISION)) {
      return reached(outcome, observation);
    }
    // Where it could not say at which rows it left the database, it left it on its way to the same
    // target: what it was allowed to take back, and nothing else, may be left to be taken back.
    if (outcome == null || (outcome.left() == null && outcome.leftDigest() == null)) {
      return last.downFrom();
    }
    // They were too many to be told: nobody has asked for what else may be there.
    return Objects.requireNonNullElse(outcome.left(), List.of());
  }

  // The database remembers later attempts of this very resource.
  private static boolean isAfterALostStatus(AttemptStatus last, Observation observation) {
    AttemptOutcome outcome = last.outcome();
    AttemptIdentity newest = outcome == null ? null : outcome.newest();
    return last.endedWith(Reason.SUPERSEDED)
        && newest != null
        && newest.uid().equals(observation.uid());
  }

  // Not those that were read last: of these a reading may have found others.
  private static List<String> reached(@Nullable AttemptOutcome outcome, Observation observation) {
    return Optional.ofNullable(outcome)
        .map(AttemptOutcome::held)
        .map(HeldRows::rows)
        .orElseGet(
            () -> Objects.requireNonNullElse(observation.status().targetRevisions(), List.of()));
  }
}
