package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.observe.Observation;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules for an attempt whose Job was stopped. */
final class Stopping {

  /**
   * The user id for images that would run as root: the one that distroless images call {@code
   * nonroot}.
   */
  static final long NON_ROOT_USER = 65532;

  // The end of a Pod is an event; that its node has fallen silent is none.
  private static final Duration GLANCE = Duration.ofSeconds(5);

  private Stopping() {}

  static Optional<Decision> tellTheWait(
      Observation observation, AttemptStatus attempt, AttemptState.Stopping stopping) {
    return Optional.of(
        Decision.Report.of(
                Reason.PENDING,
                "Job %s is being stopped, and %s has to end before anything else begins"
                    .formatted(attempt.job(), stopping.pod()))
            .lookingAgainAfter(GLANCE));
  }

  static Optional<Decision> deleteWhatIsSuspended(Observation observation, AttemptStatus attempt) {
    return observation.spec().suspend()
        ? Optional.of(new Decision.DeleteJob(attempt))
        : Optional.empty();
  }

  static Optional<Decision> startTheEdit(Observation observation, AttemptStatus attempt) {
    return observation.isEditedSince(attempt)
        ? Optional.of(Settled.afresh(observation, attempt))
        : Optional.empty();
  }

  static Optional<Decision> followTheCause(
      Observation observation, AttemptStatus attempt, AttemptState.Stopped stopped) {
    return Optional.of(
        switch (stopped.cause()) {
          case START_TIMEOUT ->
              concluded(
                  "The container did not start within timeouts.start (%s), so Job %s was stopped. %s When the cause is gone, set the annotation dbmigrations.io/retry to a new value"
                      .formatted(
                          observation.spec().timeouts().start(), attempt.job(), awaited(stopped)));
          case RUN_TIMEOUT ->
              concluded(
                  "The migration ran longer than timeouts.run (%s) and did not end by itself, so Job %s was stopped. Raise timeouts.run, or split the work, and set the annotation dbmigrations.io/retry to a new value"
                      .formatted(observation.spec().timeouts().run(), attempt.job()));
          case NEEDS_USER -> again(attempt, NON_ROOT_USER);
          // What they were stopped for was taken back meanwhile.
          case EDITED, SUSPENDED -> again(attempt, Settled.user(observation, attempt));
        });
  }

  private static String awaited(AttemptState.Stopped stopped) {
    return stopped.awaited() == null
        ? "kubectl describe pod says why where the Pod is still there."
        : "The last that was known of it: " + Messages.sentence(stopped.awaited());
  }

  private static Decision again(AttemptStatus attempt, @Nullable Long user) {
    return Decision.StartAttempt.again(attempt, attempt.failures(), user);
  }

  private static Decision concluded(String message) {
    return Decision.ConcludeFailure.of(
        AttemptState.Ended.with(Outcome.of(Reason.DEADLINE_EXCEEDED, message)), null);
  }
}
