package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Durations;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.StopCause;
import io.dbmigrations.operator.observe.Observation;
import java.time.Duration;
import java.util.Optional;

/** The rules for an attempt whose container has not started. */
final class Starting {

  // A busy node takes this long. What has a reason of its own is told at once.
  private static final Duration UNREMARKABLE_START = Duration.ofSeconds(30);

  // Events say more at once; this only bounds what a lost one costs.
  private static final Duration GLANCE = Duration.ofSeconds(5);

  // A Pod's events are not watched, and say what its own status does not.
  private static final Duration GLANCE_AT_EVENTS = Duration.ofSeconds(10);

  private Starting() {}

  static Optional<Decision> replaceTheIntentByTheEdit(
      Observation observation, AttemptStatus attempt) {
    return observation.asksForMoreThan(attempt)
        ? Optional.of(Decision.StartAttempt.migrating(0, Settled.user(observation, attempt)))
        : Optional.empty();
  }

  static Optional<Decision> ensureTheJob(Observation observation, AttemptStatus attempt) {
    return Optional.of(new Decision.EnsureJob(attempt));
  }

  static Optional<Decision> stopWhatNeedsAUser(Observation observation, AttemptStatus attempt) {
    return Optional.of(new Decision.StopJob(attempt, StopCause.NEEDS_USER));
  }

  static Optional<Decision> stopWhatIsSuspended(Observation observation, AttemptStatus attempt) {
    return observation.spec().suspend()
        ? Optional.of(new Decision.StopJob(attempt, StopCause.SUSPENDED))
        : Optional.empty();
  }

  static Optional<Decision> stopWhatIsEdited(Observation observation, AttemptStatus attempt) {
    return observation.isEditedSince(attempt)
        ? Optional.of(new Decision.StopJob(attempt, StopCause.EDITED))
        : Optional.empty();
  }

  static Optional<Decision> stopWhatIsLate(
      Observation observation, AttemptStatus attempt, AttemptState.Waiting waiting) {
    return waiting.reason() == Reason.PENDING && untilTimeout(observation, waiting).isNegative()
        ? Optional.of(new Decision.StopJob(attempt, StopCause.START_TIMEOUT, waiting.message()))
        : Optional.empty();
  }

  static Optional<Decision> tellTheReason(
      Observation observation, AttemptStatus attempt, AttemptState.Waiting waiting) {
    if (waiting.reason() == Reason.PENDING) {
      return Optional.empty();
    }
    String message =
        waiting.reason() == Reason.IMAGE_PULL_FAILED
            ? OtherImage.wanted(observation, attempt, waiting.message())
            : waiting.message();
    Decision.Report report = Decision.Report.of(waiting.reason(), message);
    // Nothing tells when the cluster takes the Pod after all, but the Pod itself.
    return Optional.of(report.lookingAgainAfter(glance(waiting)));
  }

  static Optional<Decision> tellTheWait(
      Observation observation, AttemptStatus attempt, AttemptState.Waiting waiting) {
    // What it waits for changes every moment at first, and is worth a word only when it stays so.
    Duration unremarkable =
        Duration.between(observation.now(), waiting.since().plus(UNREMARKABLE_START));
    if (unremarkable.isPositive()) {
      // Something of it has a reason, which nothing tells but the Pod's events.
      Duration again = unremarkable.compareTo(GLANCE) > 0 ? GLANCE : unremarkable;
      return Optional.of(
          Decision.Report.of(Reason.PENDING, Messages.toBegin(attempt)).lookingAgainAfter(again));
    }
    Duration rest = untilTimeout(observation, waiting).plus(Duration.ofSeconds(1));
    return Optional.of(
        Decision.Report.of(Reason.PENDING, waiting.message())
            .lookingAgainAfter(rest.compareTo(glance(waiting)) > 0 ? glance(waiting) : rest));
  }

  private static Duration glance(AttemptState.Waiting waiting) {
    return waiting.withoutPod() ? GLANCE : GLANCE_AT_EVENTS;
  }

  static Decision.Report suspended(Observation observation) {
    return Decision.Report.of(
        Reason.SUSPENDED,
        "spec.suspend is true: no migration to %s is started. Set it to false to go on"
            .formatted(observation.spec().targetRevision()));
  }

  static Decision.Report waitForPredecessor(String pod) {
    return Decision.Report.of(Reason.PENDING, Messages.predecessor(pod))
        .lookingAgainAfter(GLANCE)
        .keepingTheView();
  }

  private static Duration untilTimeout(Observation observation, AttemptState.Waiting waiting) {
    Duration start = Durations.parse(observation.spec().timeouts().start());
    return Duration.between(observation.now(), waiting.since().plus(start));
  }
}
