package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.operator.job.MigrationJob;
import io.dbmigrations.operator.job.MigrationRequest;
import io.dbmigrations.operator.job.RecordedResource;
import io.dbmigrations.operator.job.RunnerFiles;
import io.dbmigrations.operator.template.InvalidTemplateException;
import io.dbmigrations.operator.template.PodTemplate;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the Job of an attempt of what the resource, the platform and the operator say of it. */
public final class AttemptJobs {

  private static final String FIELD = "spec.podTemplate";

  private final RunnerFiles runner;
  private final Claimants claimants;
  private final @Nullable PodTemplate platform;

  /**
   * Jobs.
   *
   * @param platform what the chart says of all Pods; null where it says nothing
   */
  public AttemptJobs(RunnerFiles runner, Claimants claimants, @Nullable PodTemplate platform) {
    this.runner = runner;
    this.claimants = claimants;
    this.platform = platform;
  }

  /** The Job, still to be created. */
  Job job(DatabaseMigration resource, AttemptStatus attempt) throws InvalidTemplateException {
    DatabaseMigration called = RecordedResource.of(resource, attempt);
    return MigrationJob.job(
        called,
        attempt,
        MigrationRequest.of(called, attempt, claimants.of(resource)),
        runner,
        templates(resource));
  }

  /** Whether anybody but the operator says something of the Pod. */
  boolean hasTemplate(DatabaseMigration resource) {
    return !templates(resource).isEmpty();
  }

  // The resource's own counts more than the platform's.
  private List<PodTemplate> templates(DatabaseMigration resource) {
    Map<String, Object> own = resource.getSpec().podTemplate();
    List<PodTemplate> templates = new ArrayList<>();
    if (platform != null) {
      templates.add(platform);
    }
    if (own != null) {
      templates.add(PodTemplate.of(FIELD, own));
    }
    return templates;
  }
}
