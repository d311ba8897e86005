package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.template.InvalidTemplateException;
import io.dbmigrations.operator.template.PodTemplate;
import io.dbmigrations.operator.template.TemplateRules;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes the objects of one attempt from the resource; pure. */
public final class MigrationJob {

  /** The name of the container that migrates. */
  public static final String CONTAINER = "migration";

  private static final String NAME_OF_PROGRAM_LABEL = "app.kubernetes.io/name";
  private static final String COMPONENT_LABEL = "app.kubernetes.io/component";

  // Whatever number of attempts an admission plugin writes into the Job: what has failed is not run
  // again unasked, nor is what was ended with its Pod.
  private static final PodFailurePolicy ONCE =
      new PodFailurePolicyBuilder()
          .addNewRule()
          .withAction("FailJob")
          .withNewOnExitCodes()
          .withContainerName(CONTAINER)
          .withOperator("NotIn")
          .withValues(0)
          .endOnExitCodes()
          .endRule()
          .addNewRule()
          .withAction("FailJob")
          .addNewOnPodCondition()
          .withType("DisruptionTarget")
          .withStatus("True")
          .endOnPodCondition()
          .endRule()
          .build();

  private MigrationJob() {}

  /**
   * The Job of an attempt.
   *
   * @param templates what others want its Pod to be besides; a later one counts more
   * @throws InvalidTemplateException when one of them cannot be
   */
  public static Job job(
      DatabaseMigration resource,
      AttemptStatus attempt,
      MigrationRequest request,
      RunnerFiles runner,
      List<PodTemplate> templates)
      throws InvalidTemplateException {
    PodTemplateSpec own =
        MigrationPod.template(resource, attempt, request, runner, labels(resource, attempt));
    PodTemplateSpec merged =
        PodTemplate.merge(own, templates, new TemplateRules(own, resource.getSpec()));
    return new JobBuilder()
        .withMetadata(
            metadata(resource, attempt, attempt.job()).toBuilder()
                .addToAnnotations(Names.REQUEST_ANNOTATION, attempt.request())
                .build())
        .withNewSpec()
        // The operator counts the attempts; Kubernetes must not add its own.
        .withBackoffLimit(0)
        .withPodFailurePolicy(ONCE)
        .withPodReplacementPolicy("Failed")
        .withTemplate(Companions.told(SecretFiles.told(SecretVariables.told(own, merged))))
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
        .filter(volume -> MigrationPod.RUNNER_VOLUME.equals(volume.getName()))
        .map(volume -> volume.getConfigMap().getName())
        .findFirst();
  }

  /** What the runner of a Job is asked for, if it is one. */
  static Optional<String> requestOf(Job job) {
    return job.getSpec().getTemplate().getSpec().getContainers().stream()
        .filter(container -> CONTAINER.equals(container.getName()))
        .flatMap(container -> container.getEnv().stream())
        .filter(variable -> MigrationPod.REQUEST_VARIABLE.equals(variable.getName()))
        .map(EnvVar::getValue)
        .findFirst();
  }

  /** Which resource they are of. */
  public static Map<String, String> annotations(DatabaseMigration resource) {
    return Map.of(Names.RESOURCE_ANNOTATION, resource.getMetadata().getName());
  }

  private static ObjectMeta metadata(
      DatabaseMigration resource, AttemptStatus attempt, String name) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(resource.getMetadata().getNamespace())
        .withLabels(labels(resource, attempt))
        .withAnnotations(annotations(resource))
        .withOwnerReferences(owner(resource))
        .build();
  }

  /** By which the Job of an attempt and its Pods are found. */
  public static Map<String, String> labels(DatabaseMigration resource, AttemptStatus attempt) {
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

  /** The resource, whose Jobs and ConfigMaps go when it goes. */
  public static OwnerReference owner(DatabaseMigration resource) {
    return owner(resource.getMetadata().getName(), resource.getMetadata().getUid());
  }

  /** The resource of that name and UID. */
  public static OwnerReference owner(String name, String uid) {
    return new OwnerReferenceBuilder()
        .withApiVersion(HasMetadata.getApiVersion(DatabaseMigration.class))
        .withKind(HasMetadata.getKind(DatabaseMigration.class))
        .withName(name)
        .withUid(uid)
        .withController(true)
        .build();
  }
}
