package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Durations;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.observe.Observation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The rules for an attempt whose end is not yet written down. */
final class UnderWay {

  /**
   * The user id for images that would run as root: the one that distroless images call {@code
   * nonroot}.
   */
  static final long NON_ROOT_USER = 65532;

  private static final Duration UNREMARKABLE_START = Duration.ofSeconds(10);

  private UnderWay() {}

  static List<Rule> rules() {
    return List.of(
        forAttempt(UnderWay::jobIsMissing),
        forAttempt(UnderWay::imageHasNoUser),
        forAttempt(UnderWay::isEditedBeforeItStarted),
        forAttempt(UnderWay::doesNotStart),
        forAttempt(UnderWay::waits),
        forAttempt(UnderWay::runs),
        forAttempt(UnderWay::failed),
        forAttempt(UnderWay::succeeded));
  }

  private interface AttemptRule {
    Optional<Decision> apply(Observation observation, AttemptStatus attempt);
  }

  private static Rule forAttempt(AttemptRule rule) {
    return observation ->
        observation
            .attempt()
            .filter(attempt -> attempt.outcome() == null)
            .flatMap(attempt -> rule.apply(observation, attempt));
  }

  // A missing Job is no reason to start another attempt: the cache may lag behind, and the runner
  // converges whatever has happened.
  private static Optional<Decision> jobIsMissing(Observation observation, AttemptStatus attempt) {
    return observation.attemptState() instanceof AttemptState.Missing
        ? Optional.of(new Decision.EnsureJob(attempt))
        : Optional.empty();
  }

  // Pod Security "restricted" admits no root. An image's own user is left as it is, because its
  // files may be readable to that one only; an image without one is given one.
  private static Optional<Decision> imageHasNoUser(Observation observation, AttemptStatus attempt) {
    return observation.attemptState() instanceof AttemptState.NeedsUser
        ? Optional.of(new Decision.StartAttempt(attempt.failures(), NON_ROOT_USER, attempt.job()))
        : Optional.empty();
  }

  // Nothing has run, so nothing is interrupted.
  private static Optional<Decision> isEditedBeforeItStarted(
      Observation observation, AttemptStatus attempt) {
    return observation.attemptState() instanceof AttemptState.Waiting
            && observation.isEditedSince(attempt)
            && !observation.spec().suspend()
        ? Optional.of(new Decision.StartAttempt(0, null, attempt.job()))
        : Optional.empty();
  }

  private static Optional<Decision> doesNotStart(Observation observation, AttemptStatus attempt) {
    if (!(observation.attemptState() instanceof AttemptState.Waiting waiting)
        || waiting.reason() != Reason.PENDING
        || !untilStartTimeout(observation, waiting).isNegative()) {
      return Optional.empty();
    }
    Outcome outcome =
        Outcome.of(
            Reason.DEADLINE_EXCEEDED,
            "The container did not start within timeouts.start (%s), and the Job was deleted: %s. When the cause is gone, set the annotation dbmigrations.io/retry to a new value"
                .formatted(observation.spec().timeouts().start(), waiting.message()));
    return Optional.of(
        new Decision.ConcludeFailure(
            new AttemptState.Ended(outcome, null, null, null), null, attempt.job()));
  }

  private static Optional<Decision> waits(Observation observation, AttemptStatus attempt) {
    if (!(observation.attemptState() instanceof AttemptState.Waiting waiting)) {
      return Optional.empty();
    }
    if (waiting.reason() != Reason.PENDING) {
      return Optional.of(Decision.Report.of(waiting.reason(), waiting.message()));
    }
    // What it waits for changes every moment at first, and is worth a word only when it stays so.
    Duration unremarkable =
        Duration.between(observation.now(), waiting.since().plus(UNREMARKABLE_START));
    return Optional.of(
        unremarkable.isPositive()
            ? Decision.Report.of(
                    Reason.PENDING,
                    Messages.toMigrate(attempt.job(), observation.spec().targetRevision()))
                .lookingAgainAfter(unremarkable)
            : Decision.Report.of(Reason.PENDING, waiting.message())
                .lookingAgainAfter(
                    untilStartTimeout(observation, waiting).plus(Duration.ofSeconds(1))));
  }

  private static Optional<Decision> runs(Observation observation, AttemptStatus attempt) {
    return observation.attemptState() instanceof AttemptState.Running
        ? Optional.of(Decision.Report.of(Reason.MIGRATING, migrating(observation, attempt)))
        : Optional.empty();
  }

  // What the Job was asked for is in the specification only as long as that is not edited.
  private static String migrating(Observation observation, AttemptStatus attempt) {
    String target = observation.spec().targetRevision();
    if (!observation.isEditedSince(attempt)) {
      return "Job %s migrates to %s".formatted(attempt.job(), target);
    }
    return "Job %s goes on with what was asked for before the last edit; %s"
        .formatted(
            attempt.job(),
            observation.spec().suspend()
                ? "then nothing is started, because spec.suspend is true"
                : target + " is next");
  }

  private static Optional<Decision> failed(Observation observation, AttemptStatus attempt) {
    if (!(observation.attemptState() instanceof AttemptState.Ended ended)
        || ended.outcome().reason() == Reason.AT_TARGET_REVISION) {
      return Optional.empty();
    }
    Reason reason = ended.outcome().reason();
    boolean comesBack =
        reason.reasonClass() == ReasonClass.TRANSIENT
            || reason == Reason.AUTHENTICATION_FAILED
            || reason == Reason.JOB_NAME_CONFLICT;
    if (!comesBack) {
      return Optional.of(new Decision.ConcludeFailure(ended, null, null));
    }
    int limit = observation.spec().retry().limit();
    if (attempt.failures() >= limit) {
      return Optional.of(
          new Decision.ConcludeFailure(exhausted(ended, attempt, limit), null, null));
    }
    Duration pause =
        Backoff.pause(observation.spec().retry(), attempt.failures(), observation.uid());
    return Optional.of(new Decision.ConcludeFailure(ended, pause, null));
  }

  private static AttemptState.Ended exhausted(
      AttemptState.Ended ended, AttemptStatus attempt, int limit) {
    Outcome last = ended.outcome();
    String message =
        "No further attempt is made by itself: %d failed in a row (retry.limit is %d). When the cause is gone, set the annotation dbmigrations.io/retry to a new value. The last one ended with %s: %s"
            .formatted(attempt.failures() + 1, limit, last.reason().wireName(), last.message());
    return new AttemptState.Ended(
        last.because(Reason.RETRIES_EXHAUSTED, message),
        ended.imageId(),
        ended.startedAt(),
        ended.finishedAt());
  }

  // The runner has verified its work; the rows are read once more from outside before Ready is
  // said.
  private static Optional<Decision> succeeded(Observation observation, AttemptStatus attempt) {
    if (!(observation.attemptState() instanceof AttemptState.Ended ended)) {
      return Optional.empty();
    }
    Outcome outcome = ended.outcome();
    List<String> claimed = outcome.after() == null ? List.of() : outcome.after();
    String versionTable = outcome.versionTable();
    if (!observation.readable() || versionTable == null) {
      return Optional.of(new Decision.ConcludeSuccess(ended, claimed));
    }
    return Optional.of(
        observation
            .readingOn(attempt.job())
            .<Decision>map(reading ->
                new Decision.ConcludeSuccess(
                    ended,
                    reading.found() instanceof DatabaseReading.Rows rows
                        ? rows.revisions()
                        : claimed))
            .orElseGet(() -> new Decision.ReadDatabase(attempt.job(), versionTable)));
  }

  private static Duration untilStartTimeout(Observation observation, AttemptState.Waiting waiting) {
    Duration start = Durations.parse(observation.spec().timeouts().start());
    return Duration.between(observation.now(), waiting.since().plus(start));
  }
}
