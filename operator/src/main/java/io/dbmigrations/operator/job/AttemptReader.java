package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads the state of an attempt from its Job and Pods; pure. */
public final class AttemptReader {

  private AttemptReader() {}

  /**
   * The state of the attempt whose Job this is.
   *
   * @param pods the Job's Pods; Kubernetes may start more than one
   */
  public static AttemptState read(Job job, List<Pod> pods) {
    List<AttemptState> states =
        pods.stream()
            .sorted(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
            .map(pod -> state(job, pod))
            .toList();
    // Of several Pods one that runs counts before one that ended, and a later one before an
    // earlier.
    return last(states, AttemptState.Running.class)
        .or(() -> last(states, AttemptState.NeedsUser.class))
        .or(() -> last(states, AttemptState.Waiting.class))
        .or(() -> last(states, AttemptState.Ended.class))
        .orElseGet(() -> withoutPod(job));
  }

  private static Optional<AttemptState> last(
      List<AttemptState> states, Class<? extends AttemptState> type) {
    return states.stream().filter(type::isInstance).reduce((first, second) -> second);
  }

  private static AttemptState withoutPod(Job job) {
    List<JobCondition> conditions =
        job.getStatus() == null ? List.of() : job.getStatus().getConditions();
    Optional<JobCondition> end =
        conditions.stream()
            .filter(condition -> "True".equals(condition.getStatus()))
            .filter(condition -> List.of("Complete", "Failed").contains(condition.getType()))
            .findFirst();
    if (end.isEmpty()) {
      return new AttemptState.Waiting(
          Reason.PENDING,
          "Job %s has no Pod. Its events say why: kubectl events --for job/%s"
              .formatted(job.getMetadata().getName(), job.getMetadata().getName()),
          createdAt(job));
    }
    boolean late = "DeadlineExceeded".equals(end.get().getReason());
    return ended(
        late ? Reason.DEADLINE_EXCEEDED : Reason.POD_LOST,
        late
            ? "Job %s exceeded its deadline (timeouts.start and timeouts.run)"
                .formatted(job.getMetadata().getName())
            : "The Pod of Job %s is gone, and with it the outcome"
                .formatted(job.getMetadata().getName()));
  }

  private static AttemptState state(Job job, Pod pod) {
    Optional<ContainerStatus> container =
        pod.getStatus().getContainerStatuses().stream()
            .filter(status -> MigrationJob.CONTAINER.equals(status.getName()))
            .findFirst();
    ContainerState state = container.map(ContainerStatus::getState).orElse(null);
    if (state != null && state.getTerminated() != null) {
      return new AttemptState.Ended(
          TerminatedContainer.outcome(pod, state.getTerminated()),
          container.map(ContainerStatus::getImageID).orElse(null),
          state.getTerminated().getStartedAt(),
          state.getTerminated().getFinishedAt());
    }
    if (List.of("Failed", "Succeeded").contains(String.valueOf(pod.getStatus().getPhase()))) {
      return ended(Reason.POD_LOST, TerminatedContainer.lost(pod));
    }
    if (state != null && state.getRunning() != null) {
      return new AttemptState.Running();
    }
    if (state != null && state.getWaiting() != null) {
      return waiting(job, pod, state.getWaiting());
    }
    return unscheduled(job, pod);
  }

  private static AttemptState waiting(Job job, Pod pod, ContainerStateWaiting waiting) {
    WaitingContainer reading = WaitingContainer.read(pod, waiting);
    return reading.needsUser()
        ? new AttemptState.NeedsUser()
        : new AttemptState.Waiting(reading.reason(), reading.message(), createdAt(job));
  }

  private static AttemptState unscheduled(Job job, Pod pod) {
    Optional<PodCondition> unschedulable =
        pod.getStatus().getConditions().stream()
            .filter(condition -> "PodScheduled".equals(condition.getType()))
            .filter(condition -> "Unschedulable".equals(condition.getReason()))
            .findFirst();
    String name = pod.getMetadata().getName();
    return unschedulable
        .map(condition ->
            new AttemptState.Waiting(
                Reason.UNSCHEDULABLE,
                "Pod %s finds no node: %s Free or add capacity; if a LimitRange makes it ask for too much, change that and set the annotation dbmigrations.io/retry to a new value"
                    .formatted(name, condition.getMessage()),
                createdAt(job)))
        .orElseGet(() ->
            new AttemptState.Waiting(
                Reason.PENDING, "Pod %s is starting".formatted(name), createdAt(job)));
  }

  private static AttemptState ended(Reason reason, String message) {
    return new AttemptState.Ended(Outcome.of(reason, message), null, null, null);
  }

  private static Instant createdAt(Job job) {
    return Instant.parse(job.getMetadata().getCreationTimestamp());
  }
}
