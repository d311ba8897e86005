package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.observe.Observation;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the rules for an attempt that has ended have in common. */
final class Settled {

  private Settled() {}

  /** An edit of a timeout, say, asks for nothing that is not there. */
  static Optional<Decision> startTheEdit(Observation observation, AttemptStatus attempt) {
    return observation.asksForMoreThan(attempt)
        ? Optional.of(Decision.StartAttempt.migrating(0, user(observation, attempt)))
        : Optional.empty();
  }

  /**
   * After a failure the edit of a timeout or of a policy may be the remedy; not so after a drift.
   */
  static Optional<Decision> startAnyEdit(Observation observation, AttemptStatus attempt) {
    return attempt.endedWith(Reason.REVISION_DRIFTED) || !observation.isEditedSince(attempt)
        ? startTheEdit(observation, attempt)
        : Optional.of(afresh(observation, attempt));
  }

  /**
   * An attempt for an edit. One that only finds out something remains such a one for an edit that
   * asks for nothing new: a later change outside must not be taken for the edit.
   */
  static Decision.StartAttempt afresh(Observation observation, AttemptStatus attempt) {
    boolean onlyLooks =
        attempt.mode() == MigrationMode.CHECK && !observation.asksForMoreThan(attempt);
    MigrationMode mode = onlyLooks ? MigrationMode.CHECK : MigrationMode.MIGRATE;
    return Decision.StartAttempt.afresh(mode, user(observation, attempt));
  }

  /** What a reading has to be taken for to say something about this attempt and this generation. */
  static String occasion(Observation observation, AttemptStatus attempt) {
    return occasion(attempt.job(), observation.generation());
  }

  static String occasion(String job, long generation) {
    return job + "/" + generation;
  }

  /**
   * Whether the attempt was made by this very resource, and not by one whose status was put onto
   * it, as a backup does that is played back.
   */
  static boolean isOwn(Observation observation, AttemptStatus attempt) {
    return attempt
        .job()
        .equals(JobName.of(observation.name(), observation.uid(), attempt.number()));
  }

  /** The user that an image was given remains its user, as long as that image runs. */
  static @Nullable Long user(Observation observation, AttemptStatus attempt) {
    return attempt.image().equals(observation.spec().image()) ? attempt.runAsUser() : null;
  }

  /** How the attempt ended, in its own words. */
  static Decision.Report failed(Observation observation, AttemptStatus attempt) {
    AttemptOutcome outcome = Objects.requireNonNull(attempt.outcome(), "an attempt under way");
    String message = Repetition.message(observation, outcome);
    return Reason.of(outcome.reason())
        .map(reason ->
            Decision.Report.of(reason, Approval.withoutEffect(observation, attempt, message)))
        .orElseGet(() -> Decision.Report.of(Reason.INTERNAL_ERROR, unknown(outcome, message)));
  }

  // Of a newer operator, or written by hand.
  private static String unknown(AttemptOutcome outcome, String message) {
    String unknown =
        "The status says %s of the last attempt, which is no reason that this operator knows: %s"
            .formatted(outcome.reason(), message);
    return outcome.nextAt() == null
        ? Messages.sentence(unknown)
            + " Set the annotation dbmigrations.io/retry to a new value to try again"
        : unknown;
  }
}
