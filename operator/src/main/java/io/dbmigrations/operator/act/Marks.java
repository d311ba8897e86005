package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.operator.job.MigrationJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.Map;

/** The labels and annotations by which the Job of an attempt is found. */
record Marks(Map<String, String> labels, Map<String, String> annotations) {

  Marks(DatabaseMigration resource, AttemptStatus attempt) {
    this(MigrationJob.labels(resource, attempt), MigrationJob.annotations(resource));
  }

  /** Puts back what is not there; nothing is written where all of it is. */
  void restore(Resource<Job> found) {
    Job object = found.item();
    Map<String, String> missingLabels = missing(labels, object.getMetadata().getLabels());
    Map<String, String> missingAnnotations =
        missing(annotations, object.getMetadata().getAnnotations());
    if (missingLabels.isEmpty() && missingAnnotations.isEmpty()) {
      return;
    }
    found.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        Serialization.asJson(
            Map.of(
                "metadata",
                Map.of(
                    "uid",
                    object.getMetadata().getUid(),
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
