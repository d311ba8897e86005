package io.dbmigrations.operator.job;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can be told of one Pod of a migration; pure. */
public final class PodState {

  // A kubelet confirms the end of a Pod within a second or two of its grace period.
  private static final Duration CONFIRMATION = Duration.ofSeconds(15);

  private static final List<String> TERMINAL_PHASES = List.of("Succeeded", "Failed");

  private PodState() {}

  /**
   * Whether its migration can still do something: it runs, or it may start. A Pod that is being
   * deleted is among these until the kubelet has confirmed its end, because a kubelet starts the
   * container of a Pod that is already being deleted. One whose node does not answer is not: nobody
   * can tell, and the fence in the database keeps it from doing harm.
   */
  public static boolean mayRun(Pod pod, Instant now) {
    return !hasEnded(pod) && !isLost(pod, now);
  }

  /** Whether it migrates at all: anybody can give a Pod the labels of one that does. */
  public static boolean isMigration(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .anyMatch(container -> MigrationJob.CONTAINER.equals(container.getName()));
  }

  /** Whether its migration has run, and can run no more. */
  static boolean hasEnded(Pod pod) {
    ContainerState state = containerState(pod);
    return (state != null && state.getTerminated() != null)
        || TERMINAL_PHASES.contains(String.valueOf(pod.getStatus().getPhase()));
  }

  /** Whether its node does not answer any more. */
  static boolean isLost(Pod pod, Instant now) {
    if (hasEnded(pod) || pod.getSpec().getNodeName() == null) {
      return false;
    }
    String deletion = pod.getMetadata().getDeletionTimestamp();
    // The timestamp is that of the end of the grace period.
    boolean unconfirmed =
        deletion != null && now.isAfter(Instant.parse(deletion).plus(CONFIRMATION));
    return unconfirmed || isOnUnreachableNode(pod);
  }

  /** Whether it belongs to that object by its controller reference, which names a UID. */
  public static boolean isControlledBy(Pod pod, HasMetadata owner) {
    return controller(pod)
        .filter(reference -> reference.getUid().equals(owner.getMetadata().getUid()))
        .isPresent();
  }

  static @Nullable ContainerState containerState(Pod pod) {
    return container(pod).map(ContainerStatus::getState).orElse(null);
  }

  static Optional<ContainerStatus> container(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream()
        .filter(status -> MigrationJob.CONTAINER.equals(status.getName()))
        .findFirst();
  }

  /** The migration's container as the Pod declares it. */
  static Container declared(Pod pod) {
    return MigrationContainer.of(pod.getSpec());
  }

  // The node controller takes the Ready condition of every Pod of a node that is silent, and leaves
  // all else as the kubelet wrote it; a kubelet always says why a Pod is not ready.
  private static boolean isOnUnreachableNode(Pod pod) {
    List<ContainerStatus> containers = pod.getStatus().getContainerStatuses();
    boolean allReady =
        !containers.isEmpty()
            && containers.stream().allMatch(status -> Boolean.TRUE.equals(status.getReady()));
    return allReady
        && pod.getStatus().getConditions().stream().anyMatch(PodState::isNotReadyForNoReason);
  }

  private static boolean isNotReadyForNoReason(PodCondition condition) {
    return "Ready".equals(condition.getType())
        && !"True".equals(condition.getStatus())
        && (condition.getReason() == null || condition.getReason().isEmpty());
  }

  private static Optional<OwnerReference> controller(Pod pod) {
    return pod.getMetadata().getOwnerReferences().stream()
        .filter(reference -> Boolean.TRUE.equals(reference.getController()))
        .findFirst();
  }
}
