package io.dbmigrations.operator.job;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.SecretProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a Pod template mounts Secrets. The runner is told, as it is told the variables from
 * Secrets, and masks what these files have.
 */
final class SecretFiles {

  /** The files, and directories with them; a colon stands in no path of a mount. */
  static final String VARIABLE = "DBMIGRATION_SECRET_FILES";

  private static final String SEPARATOR = ":";

  // That of the Kubernetes project, and those that clouds derive from it.
  private static final String DRIVER = "secrets-store";

  private SecretFiles() {}

  /** The merged template with their paths in the container that migrates. */
  static PodTemplateSpec told(PodTemplateSpec merged) {
    Container migration = MigrationContainer.of(merged);
    List<Volume> volumes = merged.getSpec().getVolumes();
    String paths =
        migration.getVolumeMounts().stream()
            // One that the API server is going to refuse.
            .filter(mount -> mount.getName() != null && mount.getMountPath() != null)
            .flatMap(mount ->
                volumes.stream()
                    .filter(volume -> mount.getName().equals(volume.getName()))
                    .flatMap(volume -> paths(volume, mount)))
            .distinct()
            .collect(Collectors.joining(SEPARATOR));
    return MigrationContainer.told(merged, VARIABLE, paths);
  }

  private static Stream<String> paths(Volume volume, VolumeMount mount) {
    boolean isWhole =
        volume.getSecret() != null
            || (volume.getCsi() != null
                && volume.getCsi().getDriver() != null
                && volume.getCsi().getDriver().startsWith(DRIVER));
    if (isWhole) {
      return Stream.of(mount.getMountPath());
    }
    if (volume.getProjected() == null) {
      return Stream.empty();
    }
    Stream<String> files =
        volume.getProjected().getSources().stream().flatMap(SecretFiles::projected);
    return mount.getSubPath() == null && mount.getSubPathExpr() == null
        ? files.map(file -> file.isEmpty() ? mount.getMountPath() : below(mount, file))
        // Of the volume only a piece is there, under another name.
        : files.limit(1).map(file -> mount.getMountPath());
  }

  private static String below(VolumeMount mount, String file) {
    return mount.getMountPath().replaceFirst("/+$", "") + "/" + file;
  }

  /** The files of a projection that are secret, below its volume; an empty name for any. */
  private static Stream<String> projected(VolumeProjection source) {
    SecretProjection secret = source.getSecret();
    if (secret != null) {
      return secret.getItems().isEmpty()
          ? Stream.of("")
          : secret.getItems().stream().map(KeyToPath::getPath);
    }
    return source.getServiceAccountToken() == null
        ? Stream.empty()
        : Stream.of(source.getServiceAccountToken().getPath());
  }
}
