package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.Times;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the state of an attempt from its Job and Pods; pure. */
public final class AttemptReader {

  // Kubernetes takes a deleted Job away within seconds of its last Pod.
  private static final Duration DELETION = Duration.ofSeconds(30);

  private AttemptReader() {}

  /**
   * The state of the attempt whose Job this is.
   *
   * @param pods the Job's Pods by their controller's UID; Kubernetes may start more than one
   */
  public static AttemptState read(Job job, List<Pod> pods, Instant now) {
    Optional<StopCause> stopped = stopCause(job);
    if (stopped.isPresent() || job.getMetadata().getDeletionTimestamp() != null) {
      return stopped(job, stopped, pods, now);
    }
    List<AttemptState> states = states(job, pods, now);
    // Of several Pods one that runs counts before one that ended, and a later one before an
    // earlier.
    return last(states, AttemptState.Running.class)
        .or(() -> last(states, AttemptState.NeedsUser.class))
        .or(() -> last(states, AttemptState.Waiting.class))
        .or(() -> last(states, AttemptState.Lost.class))
        .or(() -> last(states, AttemptState.Ended.class))
        .orElseGet(() -> withoutPod(job));
  }

  /** Why the operator has stopped the Job, if it has. */
  public static Optional<StopCause> stopCause(Job job) {
    return StopCause.of(annotation(job, Names.STOP_ANNOTATION));
  }

  private static @Nullable String annotation(Job job, String name) {
    Map<String, String> annotations = job.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(name);
  }

  private static AttemptState stopped(
      Job job, Optional<StopCause> cause, List<Pod> pods, Instant now) {
    Optional<Pod> running = pods.stream().filter(pod -> PodState.mayRun(pod, now)).findFirst();
    if (running.isPresent()) {
      return new AttemptState.Stopping("Pod " + running.get().getMetadata().getName());
    }
    // It may have reached its end before the order to stop reached it.
    Optional<AttemptState> end =
        last(states(job, pods, now), AttemptState.Ended.class)
            .filter(state -> isItsOwn(((AttemptState.Ended) state).outcome(), cause));
    return end.orElseGet(() ->
        cause
            .<AttemptState>map(
                known -> new AttemptState.Stopped(known, annotation(job, Names.AWAITED_ANNOTATION)))
            .orElseGet(() -> deleted(job, now)));
  }

  // Its Pods are gone, and no further one is made. Somebody's finalizer may keep it for ever.
  private static AttemptState deleted(Job job, Instant now) {
    String name = job.getMetadata().getName();
    String by = String.join(", ", job.getMetadata().getFinalizers());
    String keeps = by.isEmpty() ? "" : " (kept by the finalizer %s)".formatted(by);
    return Times.past(job.getMetadata().getDeletionTimestamp(), now)
            .filter(deletion -> now.isAfter(deletion.plus(DELETION)))
            .isPresent()
        ? AttemptState.Ended.with(
            Outcome.of(
                Reason.POD_LOST,
                "Job %s was deleted%s; its Pod is gone, and with it the outcome"
                    .formatted(name, keeps)))
        : new AttemptState.Stopping("Job " + name + keeps);
  }

  // That it was interrupted is no news of what was stopped because it ran too long.
  private static boolean isItsOwn(Outcome outcome, Optional<StopCause> cause) {
    return outcome.isRunners()
        && !(outcome.reason() == Reason.INTERRUPTED
            && cause.equals(Optional.of(StopCause.RUN_TIMEOUT)));
  }

  private static List<AttemptState> states(Job job, List<Pod> pods, Instant now) {
    return pods.stream()
        .sorted(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
        .map(pod -> state(job, pod, now))
        .toList();
  }

  private static Optional<AttemptState> last(
      List<AttemptState> states, Class<? extends AttemptState> type) {
    return states.stream().filter(type::isInstance).reduce((first, second) -> second);
  }

  private static AttemptState withoutPod(Job job) {
    String name = job.getMetadata().getName();
    List<JobCondition> conditions =
        job.getStatus() == null ? List.of() : job.getStatus().getConditions();
    boolean ended =
        conditions.stream()
            .filter(condition -> "True".equals(condition.getStatus()))
            .anyMatch(condition -> List.of("Complete", "Failed").contains(condition.getType()));
    if (ended) {
      return AttemptState.Ended.with(
          Outcome.of(
              Reason.POD_LOST,
              "The Pod of Job %s is gone, and with it the outcome".formatted(name)));
    }
    boolean held = Boolean.TRUE.equals(job.getSpec().getSuspend());
    return held
        ? new AttemptState.Waiting(
            Reason.PENDING,
            "Job %s is suspended by somebody else, such as a queue, and starts when that lets it"
                .formatted(name),
            createdAt(job),
            false)
        : new AttemptState.Waiting(
            Reason.PENDING,
            "Job %s has no Pod. Its events say why: kubectl events --for job/%s"
                .formatted(name, name),
            createdAt(job),
            true);
  }

  private static AttemptState state(Job job, Pod pod, Instant now) {
    ContainerState state = PodState.containerState(pod);
    if (state != null && state.getTerminated() != null) {
      return new AttemptState.Ended(
          TerminatedContainer.outcome(pod, state.getTerminated()),
          PodState.container(pod).map(ContainerStatus::getImageID).orElse(null),
          state.getTerminated().getStartedAt(),
          state.getTerminated().getFinishedAt());
    }
    if (PodState.hasEnded(pod)) {
      return AttemptState.Ended.with(
          InitContainers.failure(pod)
              .or(() -> UnscheduledPod.end(pod))
              .orElseGet(() -> Outcome.of(Reason.POD_LOST, TerminatedContainer.lost(pod))));
    }
    if (PodState.isLost(pod, now)) {
      return new AttemptState.Lost(
          "Node %s of Pod %s does not answer; whether the migration goes on there only the database knows. The next attempt waits for its lock"
              .formatted(pod.getSpec().getNodeName(), pod.getMetadata().getName()));
    }
    if (state != null && state.getRunning() != null) {
      return new AttemptState.Running(
          pod.getMetadata().getName(),
          Times.read(state.getRunning().getStartedAt()).orElseGet(() -> createdAt(job)),
          MigrationJob.requestOf(job).flatMap(MigrationRequest::runLimit).orElse(null));
    }
    if (state != null && state.getWaiting() != null) {
      return waiting(job, pod, state.getWaiting());
    }
    return unscheduled(job, pod);
  }

  private static AttemptState waiting(Job job, Pod pod, ContainerStateWaiting waiting) {
    WaitingContainer reading =
        Optional.of(waiting)
            .filter(state -> InitContainers.NOT_YET.equals(state.getReason()))
            .flatMap(_ -> InitContainers.current(pod))
            .orElseGet(() -> WaitingContainer.read(pod, PodState.declared(pod), waiting));
    return reading.needsUser()
        ? new AttemptState.NeedsUser()
        : new AttemptState.Waiting(reading.reason(), reading.message(), createdAt(job), false);
  }

  private static AttemptState unscheduled(Job job, Pod pod) {
    return UnscheduledPod.read(pod)
        .map(found ->
            new AttemptState.Waiting(found.reason(), found.message(), createdAt(job), false))
        .orElseGet(() ->
            new AttemptState.Waiting(
                Reason.PENDING,
                "Pod %s is starting".formatted(pod.getMetadata().getName()),
                createdAt(job),
                false));
  }

  private static Instant createdAt(Job job) {
    return Instant.parse(job.getMetadata().getCreationTimestamp());
  }
}
