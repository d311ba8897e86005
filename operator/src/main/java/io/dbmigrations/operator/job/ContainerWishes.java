package io.dbmigrations.operator.job;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the migration's container has that is not the operator's, and may be in its way; pure. */
final class ContainerWishes {

  private static final Set<String> OWN_MOUNTS =
      Set.of(
          MigrationPod.RUNNER_PATH,
          CertificateFiles.PATH,
          "/tmp",
          "/var/run/secrets/kubernetes.io/serviceaccount");

  private static final Set<String> OWN_VARIABLES =
      Set.of("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED");

  private static final int INTERPRETER_AND_RUNNER = 2;

  private ContainerWishes() {}

  /** The memory that it may use, where there is a limit. */
  static Optional<Quantity> memory(Pod pod) {
    return Optional.ofNullable(PodState.declared(pod).getResources())
        .map(resources -> resources.getLimits().get("memory"));
  }

  /** The variables that the interpreter itself reads. */
  static Optional<String> variables(Pod pod) {
    return joined(
        PodState.declared(pod).getEnv().stream()
            .map(EnvVar::getName)
            .filter(name -> name.startsWith("PYTHON"))
            .filter(Predicate.not(OWN_VARIABLES::contains)));
  }

  /** By what programs are looked for, where the template says it. */
  static Optional<String> path(Pod pod) {
    return PodState.declared(pod).getEnv().stream()
        .filter(variable -> "PATH".equals(variable.getName()))
        .flatMap(variable -> Optional.ofNullable(variable.getValue()).stream())
        .findFirst();
  }

  /** What is run before the interpreter, where spec.alembic.command names several words. */
  static Optional<String> entrypoint(Pod pod) {
    List<String> command = PodState.declared(pod).getCommand();
    return command.size() > INTERPRETER_AND_RUNNER
        ? Optional.of(command.getFirst())
        : Optional.empty();
  }

  /** Where volumes hide what the image has. */
  static Optional<String> mounts(Pod pod) {
    return joined(others(pod).map(VolumeMount::getMountPath));
  }

  /** The mount that these words of the runtime name. */
  static Optional<VolumeMount> mountIn(Pod pod, String words) {
    return others(pod)
        .filter(mount -> words.contains("\"%s\"".formatted(mount.getMountPath())))
        .findFirst();
  }

  private static Stream<VolumeMount> others(Pod pod) {
    return PodState.declared(pod).getVolumeMounts().stream()
        .filter(mount -> !OWN_MOUNTS.contains(mount.getMountPath()));
  }

  private static Optional<String> joined(Stream<String> names) {
    return Optional.of(names.collect(Collectors.joining(", "))).filter(all -> !all.isEmpty());
  }
}
