package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Times;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The containers that run beside the migration, such as a proxy before the database: those of a
 * template, and those that an admission webhook puts in; pure.
 */
final class Companions {

  /** Their names: the runner waits for the port that one of them opens. */
  static final String VARIABLE = "DBMIGRATION_COMPANIONS";

  private Companions() {}

  /** The merged template with their names, if there are any, in the container that migrates. */
  static PodTemplateSpec told(PodTemplateSpec merged) {
    String names =
        Stream.concat(
                merged.getSpec().getInitContainers().stream().filter(InitContainers::isSidecar),
                merged.getSpec().getContainers().stream()
                    .filter(container -> !MigrationJob.CONTAINER.equals(container.getName())))
            .map(Container::getName)
            .collect(Collectors.joining(" "));
    return MigrationContainer.told(merged, VARIABLE, names);
  }

  /** Which of them had failed before the migration's own container came to this end. */
  static Optional<String> failure(Pod pod, ContainerStateTerminated end) {
    return statuses(pod)
        .flatMap(status -> failure(status, end).stream())
        .map(failed ->
            "Container %s of its Pod, which %s, may be in the way: kubectl logs %s -c %s"
                .formatted(
                    failed.container(),
                    failed.ending(),
                    pod.getMetadata().getName(),
                    failed.container()))
        .findFirst();
  }

  private record Failed(String container, String ending) {}

  private static Stream<ContainerStatus> statuses(Pod pod) {
    Stream<ContainerStatus> sidecars =
        pod.getSpec().getInitContainers().stream()
            .filter(InitContainers::isSidecar)
            .flatMap(sidecar -> InitContainers.status(pod, sidecar).stream());
    Stream<ContainerStatus> others =
        pod.getStatus().getContainerStatuses().stream()
            .filter(status -> !MigrationJob.CONTAINER.equals(status.getName()));
    return Stream.concat(sidecars, others);
  }

  // The kubelet ends sidecars itself when the migration has ended, in that same second at the
  // earliest; one that was started again had ended before.
  private static Optional<Failed> failure(ContainerStatus status, ContainerStateTerminated end) {
    return Stream.of(
            ended(status.getLastState()),
            ended(status.getState()).filter(other -> isBefore(other, end)))
        .flatMap(Optional::stream)
        .filter(other -> other.getExitCode() != 0)
        .map(other -> new Failed(status.getName(), InitContainers.ending(other)))
        .findFirst();
  }

  private static Optional<ContainerStateTerminated> ended(@Nullable ContainerState state) {
    return Optional.ofNullable(state).map(ContainerState::getTerminated);
  }

  private static boolean isBefore(
      ContainerStateTerminated earlier, ContainerStateTerminated later) {
    Optional<Instant> end = Times.read(later.getFinishedAt());
    return Times.read(earlier.getFinishedAt())
        .filter(first -> end.isPresent() && first.isBefore(end.get()))
        .isPresent();
  }
}
