package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.Durations;
import io.dbmigrations.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the objects of one attempt from the resource; pure. */
public final class MigrationJob {

  /** The name of the container that migrates. */
  public static final String CONTAINER = "migration";

  static final String RUNNER_PATH = "/dbmigration";

  private static final String PYTHON_FLAG_ON = "1";

  // Time for the runner to cancel its statement and roll back; it needs one second.
  private static final long GRACE_SECONDS = 30;

  private MigrationJob() {}

  /** The Job of an attempt. */
  public static Job job(DatabaseMigration resource, AttemptStatus attempt, RunnerFiles runner) {
    return new JobBuilder()
        .withMetadata(
            metadata(resource, attempt, attempt.job()).toBuilder()
                .addToAnnotations(Names.REQUEST_ANNOTATION, attempt.request())
                .build())
        .withNewSpec()
        // The operator counts the attempts; Kubernetes must not add its own.
        .withBackoffLimit(0)
        .withPodReplacementPolicy("Failed")
        .withActiveDeadlineSeconds(deadline(resource.getSpec()))
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels(resource, attempt))
        .addToAnnotations(Names.RESOURCE_ANNOTATION, resource.getMetadata().getName())
        .endMetadata()
        .withSpec(pod(resource, attempt, runner))
        .endTemplate()
        .endSpec()
        .build();
  }

  /** The ConfigMap that carries the runner, one for each resource and version of the runner. */
  public static ConfigMap runner(DatabaseMigration resource, RunnerFiles runner) {
    return new ConfigMapBuilder()
        .withMetadata(
            new ObjectMetaBuilder()
                .withName(runnerName(resource, runner))
                .withNamespace(resource.getMetadata().getNamespace())
                .addToLabels(Names.MANAGED_BY_LABEL, Names.MANAGED_BY)
                .addToLabels(Names.UID_LABEL, resource.getMetadata().getUid())
                .withOwnerReferences(owner(resource))
                .build())
        .withImmutable(true)
        .withData(runner.files())
        .build();
  }

  private static PodSpec pod(
      DatabaseMigration resource, AttemptStatus attempt, RunnerFiles runner) {
    DatabaseMigrationSpec spec = resource.getSpec();
    return new PodSpecBuilder()
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
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
        .withContainers(container(resource, attempt))
        .addNewVolume()
        .withName("runner")
        .withNewConfigMap()
        .withName(runnerName(resource, runner))
        .endConfigMap()
        .endVolume()
        .addNewVolume()
        .withName("tmp")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .build();
  }

  private static Container container(DatabaseMigration resource, AttemptStatus attempt) {
    DatabaseMigrationSpec spec = resource.getSpec();
    return new ContainerBuilder()
        .withName(CONTAINER)
        .withImage(spec.image())
        .withImagePullPolicy(
            spec.imagePullPolicy() == null ? null : spec.imagePullPolicy().wireName())
        .withCommand(spec.alembic().python(), RUNNER_PATH)
        .withWorkingDir(spec.alembic().workingDirectory())
        .withEnv(environment(resource, attempt))
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withSecurityContext(restricted())
        .addNewVolumeMount()
        .withName("runner")
        .withMountPath(RUNNER_PATH)
        .withReadOnly(true)
        .endVolumeMount()
        .addNewVolumeMount()
        .withName("tmp")
        .withMountPath("/tmp")
        .endVolumeMount()
        .build();
  }

  private static List<EnvVar> environment(DatabaseMigration resource, AttemptStatus attempt) {
    DatabaseMigrationSpec spec = resource.getSpec();
    String name = resource.getMetadata().getNamespace() + "/" + resource.getMetadata().getName();
    return List.of(
        variable("DBMIGRATION_REQUEST", MigrationRequest.of(name, attempt.number(), spec).json()),
        variable("PYTHONUNBUFFERED", PYTHON_FLAG_ON),
        variable("PYTHONDONTWRITEBYTECODE", PYTHON_FLAG_ON),
        new EnvVarBuilder()
            .withName(spec.database().variable())
            .withNewValueFrom()
            .withNewSecretKeyRef()
            .withName(spec.database().secretRef().name())
            .withKey(spec.database().secretRef().key())
            .endSecretKeyRef()
            .endValueFrom()
            .build());
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

  // Only a backstop: the runner enforces timeouts.run itself and rolls back cleanly.
  private static @Nullable Long deadline(DatabaseMigrationSpec spec) {
    String run = spec.timeouts().run();
    if (run == null) {
      return null;
    }
    Duration start = Durations.parse(spec.timeouts().start());
    return start.plus(Durations.parse(run)).plusSeconds(2 * GRACE_SECONDS).toSeconds();
  }

  private static ObjectMeta metadata(
      DatabaseMigration resource, AttemptStatus attempt, String name) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(resource.getMetadata().getNamespace())
        .withLabels(labels(resource, attempt))
        .addToAnnotations(Names.RESOURCE_ANNOTATION, resource.getMetadata().getName())
        .withOwnerReferences(owner(resource))
        .build();
  }

  private static Map<String, String> labels(DatabaseMigration resource, AttemptStatus attempt) {
    return Map.of(
        Names.MANAGED_BY_LABEL,
        Names.MANAGED_BY,
        Names.UID_LABEL,
        resource.getMetadata().getUid(),
        Names.ATTEMPT_LABEL,
        String.valueOf(attempt.number()));
  }

  private static OwnerReference owner(DatabaseMigration resource) {
    return new OwnerReferenceBuilder()
        .withApiVersion(resource.getApiVersion())
        .withKind(resource.getKind())
        .withName(resource.getMetadata().getName())
        .withUid(resource.getMetadata().getUid())
        .withController(true)
        .build();
  }

  private static String runnerName(DatabaseMigration resource, RunnerFiles runner) {
    return JobName.ofRunner(
        resource.getMetadata().getName(), resource.getMetadata().getUid(), runner.digest());
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }
}
