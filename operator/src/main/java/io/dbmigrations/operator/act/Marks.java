package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.operator.job.MigrationJob;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The labels, annotations and owner by which the Job of an attempt is found. */
record Marks(Map<String, String> labels, Map<String, String> annotations, OwnerReference owner) {

  Marks(DatabaseMigration resource, AttemptStatus attempt) {
    this(
        MigrationJob.labels(resource, attempt),
        MigrationJob.annotations(resource),
        MigrationJob.owner(resource));
  }

  /** Whether it is the Job of the attempt: its owner's, or nobody's and with Pods of its own. */
  boolean areOf(Job job) {
    return isOwned(job) || (!hasController(job) && hasItsPods(job));
  }

  private static boolean hasController(Job job) {
    return job.getMetadata().getOwnerReferences().stream()
        .anyMatch(other -> Boolean.TRUE.equals(other.getController()));
  }

  // Nobody can take these off: a Job's template is immutable.
  private boolean hasItsPods(Job job) {
    return Optional.ofNullable(job.getSpec().getTemplate().getMetadata())
        .filter(template -> missing(labels, template.getLabels()).isEmpty())
        .isPresent();
  }

  private boolean isOwned(Job job) {
    return job.getMetadata().getOwnerReferences().stream()
        .anyMatch(other -> other.getUid().equals(owner.getUid()));
  }

  /** Puts back what is not there; nothing is written where all of it is. */
  void restore(Resource<Job> found) {
    Job object = found.item();
    Map<String, String> missingLabels = missing(labels, object.getMetadata().getLabels());
    Map<String, String> missingAnnotations =
        missing(annotations, object.getMetadata().getAnnotations());
    if (missingLabels.isEmpty() && missingAnnotations.isEmpty() && isOwned(object)) {
      return;
    }
    List<OwnerReference> owners = new ArrayList<>(object.getMetadata().getOwnerReferences());
    if (!isOwned(object)) {
      owners.add(owner);
    }
    found.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        Serialization.asJson(
            Map.of(
                "metadata",
                Map.of(
                    "uid",
                    object.getMetadata().getUid(),
                    "ownerReferences",
                    owners,
                    "labels",
                    missingLabels,
                    "annotations",
                    missingAnnotations))));
  }

  private static Map<String, String> missing(
      Map<String, String> wanted, Map<String, String> there) {
    Map<String, String> missing = new HashMap<>(wanted);
    missing.entrySet().removeIf(entry -> entry.getValue().equals(there.get(entry.getKey())));
    return missing;
  }
}
