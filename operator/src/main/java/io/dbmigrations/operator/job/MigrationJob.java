package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.KeyToPath;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes the objects of one attempt from the resource; pure. */
public final class MigrationJob {

  /** The name of the container that migrates. */
  public static final String CONTAINER = "migration";

  static final String RUNNER_PATH = "/dbmigration";

  private static final String REQUEST_VARIABLE = "DBMIGRATION_REQUEST";
  private static final String RUNNER_VOLUME = "runner";
  private static final String NAME_OF_PROGRAM_LABEL = "app.kubernetes.io/name";
  private static final String COMPONENT_LABEL = "app.kubernetes.io/component";
  private static final String PYTHON_FLAG_ON = "1";

  // Time for the runner to cancel its statement and roll back; it needs one second.
  private static final long GRACE_SECONDS = 30;

  private MigrationJob() {}

  /** The Job of an attempt. */
  public static Job job(
      DatabaseMigration resource,
      AttemptStatus attempt,
      MigrationRequest request,
      RunnerFiles runner) {
    return new JobBuilder()
        .withMetadata(
            metadata(resource, attempt, attempt.job()).toBuilder()
                .addToAnnotations(Names.REQUEST_ANNOTATION, attempt.request())
                .build())
        .withNewSpec()
        // The operator counts the attempts; Kubernetes must not add its own.
        .withBackoffLimit(0)
        .withPodReplacementPolicy("Failed")
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels(resource, attempt))
        .addToAnnotations(Names.RESOURCE_ANNOTATION, resource.getMetadata().getName())
        .endMetadata()
        .withSpec(pod(resource, attempt, request, runner))
        .endTemplate()
        .endSpec()
        .build();
  }

  /** The ConfigMap that carries the runner, one for each namespace and version of the runner. */
  public static ConfigMap runner(DatabaseMigration resource, RunnerFiles runner) {
    return new ConfigMapBuilder()
        .withMetadata(
            new ObjectMetaBuilder()
                .withName(runnerName(runner))
                .withNamespace(resource.getMetadata().getNamespace())
                .addToLabels(Names.MANAGED_BY_LABEL, Names.MANAGED_BY)
                .addToLabels(COMPONENT_LABEL, "runner")
                .withOwnerReferences(owner(resource))
                .build())
        .withImmutable(true)
        .withData(
            runner.files().entrySet().stream()
                .collect(
                    Collectors.toMap(file -> RunnerFiles.key(file.getKey()), Map.Entry::getValue)))
        .build();
  }

  /** The name of the ConfigMap with this version of the runner. */
  public static String runnerName(RunnerFiles runner) {
    return JobName.ofRunner(runner.digest());
  }

  /** The ConfigMap of the runner that a Job mounts, if it is one. */
  public static Optional<String> runnerOf(Job job) {
    return job.getSpec().getTemplate().getSpec().getVolumes().stream()
        .filter(volume -> RUNNER_VOLUME.equals(volume.getName()))
        .map(volume -> volume.getConfigMap().getName())
        .findFirst();
  }

  /** What the runner of a Job is asked for, if it is one. */
  static Optional<String> requestOf(Job job) {
    return job.getSpec().getTemplate().getSpec().getContainers().stream()
        .filter(container -> CONTAINER.equals(container.getName()))
        .flatMap(container -> container.getEnv().stream())
        .filter(variable -> REQUEST_VARIABLE.equals(variable.getName()))
        .map(EnvVar::getValue)
        .findFirst();
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
        .withName(runnerName(runner))
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
        .build();
  }

  private static Container container(DatabaseMigration resource, MigrationRequest request) {
    DatabaseMigrationSpec spec = resource.getSpec();
    return new ContainerBuilder()
        .withName(CONTAINER)
        .withImage(spec.image())
        .withImagePullPolicy(
            spec.imagePullPolicy() == null ? null : spec.imagePullPolicy().wireName())
        .withCommand(spec.alembic().python(), RUNNER_PATH)
        .withWorkingDir(spec.alembic().workingDirectory())
        .withEnv(environment(resource, request))
        .withTerminationMessagePolicy("FallbackToLogsOnError")
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
        .build();
  }

  private static List<EnvVar> environment(DatabaseMigration resource, MigrationRequest request) {
    DatabaseMigrationSpec spec = resource.getSpec();
    return List.of(
        variable(REQUEST_VARIABLE, request.json()),
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
        String.valueOf(attempt.number()),
        Names.NAME_LABEL,
        JobName.label(resource.getMetadata().getName()),
        NAME_OF_PROGRAM_LABEL,
        "dbmigration",
        COMPONENT_LABEL,
        "migration");
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

  private static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }
}
