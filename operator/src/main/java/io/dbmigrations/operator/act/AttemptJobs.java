package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.operator.job.MigrationJob;
import io.dbmigrations.operator.job.MigrationRequest;
import io.dbmigrations.operator.job.PodTemplates;
import io.dbmigrations.operator.job.RecordedResource;
import io.dbmigrations.operator.observe.OtherResources;
import io.dbmigrations.operator.template.InvalidTemplateException;
import io.dbmigrations.operator.template.PodTemplate;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;

/** Makes the Job of an attempt of what the resource, the platform and the operator say of it. */
public final class AttemptJobs {

  private final OtherResources others;
  private final PodTemplates templates;

  public AttemptJobs(OtherResources others, PodTemplates templates) {
    this.others = others;
    this.templates = templates;
  }

  /** The Job, still to be created. */
  Job job(DatabaseMigration resource, AttemptStatus attempt) throws InvalidTemplateException {
    return job(resource, attempt, templates.of(resource));
  }

  /** The Job as it is where nobody but the operator says anything of its Pod. */
  Job plain(DatabaseMigration resource, AttemptStatus attempt) {
    try {
      return job(resource, attempt, List.of());
    } catch (InvalidTemplateException e) {
      throw new IllegalStateException("the operator's own template is valid", e);
    }
  }

  /** Whether anybody but the operator says something of the Pod. */
  boolean hasTemplate(DatabaseMigration resource) {
    return !templates.of(resource).isEmpty();
  }

  private Job job(DatabaseMigration resource, AttemptStatus attempt, List<PodTemplate> wishes)
      throws InvalidTemplateException {
    DatabaseMigration called = RecordedResource.of(resource, attempt);
    Claimants claimants = Claimants.of(resource, others);
    return MigrationJob.job(
        called,
        attempt,
        MigrationRequest.of(called, attempt, claimants.uids()).with(claimants.declarations()),
        templates.runner(),
        wishes);
  }
}
