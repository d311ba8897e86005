package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.ProgressStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import java.time.Duration;
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
   * @param withoutPod whether the Job has no Pod: none yet, or the cluster refuses it
   */
  record Waiting(Reason reason, String message, Instant since, boolean withoutPod)
      implements AttemptState {}

  /** The kubelet refuses to start the container, because the image would run as root. */
  record NeedsUser() implements AttemptState {}

  /**
   * The container runs.
   *
   * @param pod the name of its Pod
   * @param since when it started
   * @param limit how long the runner was asked to let it run, null for as long as it needs
   * @param progress what it said last of itself, null before it has said anything
   */
  record Running(
      String pod, Instant since, @Nullable Duration limit, @Nullable ProgressStatus progress)
      implements AttemptState {

    /** Before this nobody asks how far it is, and between two questions. */
    public static final Duration SILENCE = Duration.ofSeconds(5);

    /** Of which nothing is known but that it runs. */
    public Running(String pod, Instant since, @Nullable Duration limit) {
      this(pod, since, limit, null);
    }

    /** The same, with what it says of itself. */
    public Running at(@Nullable ProgressStatus said) {
      return new Running(pod, since, limit, said);
    }
  }

  /**
   * The node of the Pod does not answer: its container may run on, or be gone with the node.
   *
   * @param message which Pod, and how that is known
   */
  record Lost(String message) implements AttemptState {}

  /**
   * The Job is told to start nothing more, or is being deleted, and a Pod of it may still run.
   *
   * @param pod the Pod's name
   */
  record Stopping(String pod) implements AttemptState {}

  /**
   * The operator has stopped the Job, and no Pod of it can run any more.
   *
   * @param awaited what its container waited for then; null where that is not known
   */
  record Stopped(StopCause cause, @Nullable String awaited) implements AttemptState {

    public Stopped(StopCause cause) {
      this(cause, null);
    }
  }

  /**
   * The container has ended; the Job's own condition comes a second or two later and is not waited
   * for.
   */
  record Ended(
      Outcome outcome,
      @Nullable String imageId,
      @Nullable String startedAt,
      @Nullable String finishedAt)
      implements AttemptState {

    /** An end of which only the outcome is known. */
    public static Ended with(Outcome outcome) {
      return new Ended(outcome, null, null, null);
    }

    /** The same, with all that is shown of its plan. */
    public Ended with(PlanStatus plan) {
      return told(OutcomeBuilder.builder(outcome).plan(plan).build());
    }

    /** The same container with another word on how it ended. */
    public Ended told(Outcome other) {
      return new Ended(other, imageId, startedAt, finishedAt);
    }
  }
}
