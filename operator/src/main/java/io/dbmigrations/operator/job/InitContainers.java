package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

/**
 * The containers that have to end, or as sidecars to start, before the migration's own one does:
 * those of a template, and those that an admission webhook puts in; pure.
 */
final class InitContainers {

  // The kubelet's word for a container whose turn has not come.
  static final String NOT_YET = "PodInitializing";

  // 128 + SIGKILL and 128 + SIGTERM: ended from outside, as with its node.
  private static final List<Integer> KILLED = List.of(137, 143);

  private InitContainers() {}

  /** How one of them has ended so that the migration never starts, if one has. */
  static Optional<Outcome> failure(Pod pod) {
    // An eviction ends whatever there is, and has words of its own.
    if (pod.getStatus().getReason() != null || pod.getMetadata().getDeletionTimestamp() != null) {
      return Optional.empty();
    }
    return pod.getSpec().getInitContainers().stream()
        .filter(container -> !isSidecar(container))
        .flatMap(container ->
            status(pod, container)
                .map(ContainerStatus::getState)
                .flatMap(state -> Optional.ofNullable(state.getTerminated()))
                .filter(end -> end.getExitCode() != 0)
                .map(end -> failure(pod, container, end))
                .stream())
        .findFirst();
  }

  /** What the migration's container waits for, if for one of them. */
  static Optional<WaitingContainer> current(Pod pod) {
    return pod.getSpec().getInitContainers().stream()
        .filter(container ->
            status(pod, container).filter(status -> isDone(container, status)).isEmpty())
        .findFirst()
        .map(container -> waiting(pod, container));
  }

  private static Outcome failure(Pod pod, Container container, ContainerStateTerminated end) {
    boolean outOfMemory = "OOMKilled".equals(end.getReason());
    boolean killed = !outOfMemory && KILLED.contains(end.getExitCode());
    Reason reason =
        outOfMemory ? Reason.OUT_OF_MEMORY : killed ? Reason.POD_LOST : Reason.CONFIGURATION_ERROR;
    String name = pod.getMetadata().getName();
    // Not the last words of what ran: they are of a log, and may hold a password.
    return Outcome.of(
        reason,
        "Init container %s of Pod %s %s, so that the migration was never started and nothing was run. %s"
            .formatted(
                container.getName(),
                name,
                ending(end),
                killed
                    ? "It was killed from outside, or by itself: kubectl logs %s -c %s says more where the Pod is still there"
                        .formatted(name, container.getName())
                    : "%s, and set the annotation dbmigrations.io/retry to a new value"
                        .formatted(
                            outOfMemory
                                ? "Raise its memory limit, which is of spec.podTemplate or of a LimitRange of the namespace"
                                : "Its words are in its log: kubectl logs %s -c %s. Correct it in spec.podTemplate, or mend what it checks or waits for"
                                    .formatted(name, container.getName()))));
  }

  private static WaitingContainer waiting(Pod pod, Container container) {
    Optional<ContainerStatus> status = status(pod, container);
    ContainerState state = status.map(ContainerStatus::getState).orElse(null);
    Optional<ContainerStateTerminated> crash = status.flatMap(InitContainers::lastEnd);
    if (isSidecar(container) && crash.isPresent()) {
      // The same whether it runs just now or is paused: a status must not flap with it.
      return pending(
          pod,
          container,
          "which %s and is started again and again%s. Its words are in its log: kubectl logs %s -c %s"
              .formatted(
                  ending(crash.get()),
                  container.getStartupProbe() == null
                      ? ""
                      : ", by itself or because its startupProbe fails",
                  pod.getMetadata().getName(),
                  container.getName()));
    }
    if (state != null && state.getWaiting() != null) {
      return NOT_YET.equals(state.getWaiting().getReason())
          ? pending(pod, container, "which has not started yet")
          : WaitingContainer.read(pod, container, state.getWaiting());
    }
    if (state != null && state.getRunning() != null) {
      return pending(
          pod,
          container,
          isSidecar(container)
              ? "which runs, and whose startupProbe has not succeeded yet"
              : "which runs and has not ended yet");
    }
    return pending(pod, container, "which has not started yet");
  }

  private static WaitingContainer pending(Pod pod, Container container, String words) {
    return new WaitingContainer(
        Reason.PENDING,
        "Pod %s waits for its %s %s, %s"
            .formatted(
                pod.getMetadata().getName(),
                isSidecar(container) ? "sidecar" : "init container",
                container.getName(),
                words),
        false);
  }

  static String ending(ContainerStateTerminated end) {
    return switch (String.valueOf(end.getReason())) {
      case "OOMKilled" -> "was killed for want of memory (OOMKilled)";
      case "StartError", "ContainerCannotRun" ->
          // The runtime's words: what never ran has no log that they could be of.
          "could not be started (%s)"
              .formatted(
                  UnfitValue.isMeantBy(end.getMessage())
                      ? UnfitValue.WHAT
                      : Logins.mask(TerminatedContainer.excerpt(end.getMessage())));
      default -> "ended with exit code %d".formatted(end.getExitCode());
    };
  }

  private static Optional<ContainerStateTerminated> lastEnd(ContainerStatus status) {
    ContainerState state = status.getState();
    return state != null && state.getTerminated() != null
        ? Optional.of(state.getTerminated())
        : Optional.ofNullable(status.getLastState()).map(ContainerState::getTerminated);
  }

  private static boolean isDone(Container container, ContainerStatus status) {
    ContainerStateTerminated end =
        status.getState() == null ? null : status.getState().getTerminated();
    return isSidecar(container)
        ? Boolean.TRUE.equals(status.getStarted())
        : end != null && end.getExitCode() == 0;
  }

  static boolean isSidecar(Container container) {
    return "Always".equals(container.getRestartPolicy());
  }

  static Optional<ContainerStatus> status(Pod pod, Container container) {
    return pod.getStatus().getInitContainerStatuses().stream()
        .filter(status -> container.getName().equals(status.getName()))
        .findFirst();
  }
}
