package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The Pod of an attempt as it is where nobody wants it otherwise; pure. */
final class MigrationPod {

  static final String RUNNER_PATH = "/dbmigration";
  static final String REQUEST_VARIABLE = "DBMIGRATION_REQUEST";
  static final String RUNNER_VOLUME = "runner";

  private static final String TERMINATION_LOG = "/dev/termination-log";
  private static final String PYTHON_FLAG_ON = "1";
  private static final String ONE_ORDER_OF_SETS = "0";

  // Time for the runner to cancel its statement and roll back; it needs one second.
  private static final long GRACE_SECONDS = 30;

  private MigrationPod() {}

  static PodTemplateSpec template(
      DatabaseMigration resource,
      AttemptStatus attempt,
      MigrationRequest request,
      RunnerFiles runner,
      Map<String, String> labels) {
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(labels)
        .addToAnnotations(Names.RESOURCE_ANNOTATION, resource.getMetadata().getName())
        .endMetadata()
        .withSpec(pod(resource, attempt, request, runner))
        .build();
  }

  private static PodSpec pod(
      DatabaseMigration resource,
      AttemptStatus attempt,
      MigrationRequest request,
      RunnerFiles runner) {
    DatabaseMigrationSpec spec = resource.getSpec();
    return new PodSpecBuilder()
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        // The kernel keeps from a container's first process every signal that it has not asked for
        // yet, and a kubelet may send one as soon as the interpreter starts. Here the first process
        // is the Pod's own, so that Python ends whenever it is told to.
        .withShareProcessNamespace(true)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(GRACE_SECONDS)
        .withImagePullSecrets(
            spec.imagePullSecrets().stream()
                .map(secret -> new LocalObjectReference(secret.name()))
                .toList())
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(attempt.runAsUser())
        .withRunAsGroup(attempt.runAsUser())
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withContainers(container(resource, request))
        .addNewVolume()
        .withName(RUNNER_VOLUME)
        .withNewConfigMap()
        .withName(MigrationJob.runnerName(runner))
        .withItems(
            runner.files().keySet().stream()
                .map(path -> new KeyToPath(RunnerFiles.key(path), null, path))
                .toList())
        .endConfigMap()
        .endVolume()
        .addNewVolume()
        .withName("tmp")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .addAllToVolumes(CertificateFiles.volumes(spec.database()))
        .build();
  }

  private static Container container(DatabaseMigration resource, MigrationRequest request) {
    DatabaseMigrationSpec spec = resource.getSpec();
    return new ContainerBuilder()
        .withName(MigrationJob.CONTAINER)
        .withImage(spec.image())
        .withImagePullPolicy(
            spec.imagePullPolicy() == null ? null : spec.imagePullPolicy().wireName())
        .withCommand(
            Stream.concat(spec.alembic().words().stream(), Stream.of(RUNNER_PATH)).toList())
        .withWorkingDir(spec.alembic().workingDirectory())
        .withEnv(environment(resource, request))
        // Not the end of the log: that is env.py's, and may hold the URL with its password.
        .withTerminationMessagePath(TERMINATION_LOG)
        .withTerminationMessagePolicy("File")
        .withSecurityContext(restricted())
        .addNewVolumeMount()
        .withName(RUNNER_VOLUME)
        .withMountPath(RUNNER_PATH)
        .withReadOnly(true)
        .endVolumeMount()
        .addNewVolumeMount()
        .withName("tmp")
        .withMountPath("/tmp")
        .endVolumeMount()
        .addAllToVolumeMounts(CertificateFiles.mounts(spec.database()))
        .build();
  }

  private static List<EnvVar> environment(DatabaseMigration resource, MigrationRequest request) {
    return Stream.concat(
            Stream.of(
                variable(REQUEST_VARIABLE, request.json()),
                // Otherwise the image or envFrom could have it, and the outcome go elsewhere.
                variable("DBMIGRATION_TERMINATION_LOG", TERMINATION_LOG),
                variable("PYTHONUNBUFFERED", PYTHON_FLAG_ON),
                variable("PYTHONDONTWRITEBYTECODE", PYTHON_FLAG_ON),
                // Otherwise a script that goes through a set has another plan in each Job, and what
                // was approved never is the one that would run.
                variable("PYTHONHASHSEED", ONE_ORDER_OF_SETS)),
            ConnectionVariables.environment(resource.getSpec().database()).stream())
        .toList();
  }

  // The Pod Security standard "restricted".
  private static SecurityContext restricted() {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .build();
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }
}
