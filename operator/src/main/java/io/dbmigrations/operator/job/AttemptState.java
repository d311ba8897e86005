package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the Job of an attempt and its Pods say about it. */
public sealed interface AttemptState {

  /** The caches have no such Job: not yet created, not yet seen, or deleted by somebody. */
  record Missing() implements AttemptState {}

  /**
   * The container has not started.
   *
   * @param since when the Job was created
   */
  record Waiting(Reason reason, String message, Instant since) implements AttemptState {}

  /** The kubelet refuses to start the container, because the image would run as root. */
  record NeedsUser() implements AttemptState {}

  /** The container runs. */
  record Running() implements AttemptState {}

  /**
   * The container has ended; the Job's own condition comes a second or two later and is not waited
   * for.
   */
  record Ended(
      Outcome outcome,
      @Nullable String imageId,
      @Nullable String startedAt,
      @Nullable String finishedAt)
      implements AttemptState {}
}
