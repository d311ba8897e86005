package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.job.AttemptReader;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.job.MigrationRequest;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts an observation together from what the caches and the last reading say. */
public final class Observer {

  private static final String JOB_NAME_LABEL = "batch.kubernetes.io/job-name";

  private final DatabaseReadings readings;
  private final boolean readable;
  private final Clock clock;

  /**
   * An observer.
   *
   * @param readable whether the operator may read databases at all
   */
  public Observer(DatabaseReadings readings, boolean readable, Clock clock) {
    this.readings = readings;
    this.readable = readable;
    this.clock = clock;
  }

  /** Observes a resource with its Jobs and Pods. */
  public Observation observe(DatabaseMigration resource, List<Job> jobs, List<Pod> pods) {
    String uid = resource.getMetadata().getUid();
    List<Job> own = jobs.stream().filter(job -> belongsTo(uid, job)).toList();
    DatabaseMigrationStatus status =
        resource.getStatus() == null ? DatabaseMigrationStatus.NONE : resource.getStatus();
    return new Observation(
        resource.getMetadata().getNamespace(),
        resource.getMetadata().getName(),
        uid,
        resource.getMetadata().getGeneration(),
        resource.getMetadata().getDeletionTimestamp() != null,
        resource.getSpec(),
        status,
        annotations(resource).get(Names.RETRY_ANNOTATION),
        MigrationRequest.hash(resource.getSpec()),
        state(status.attempt(), own, pods),
        own.stream().map(KeptJob::of).toList(),
        readings.latest(uid),
        readable,
        clock.instant());
  }

  private static AttemptState state(
      @Nullable AttemptStatus attempt, List<Job> jobs, List<Pod> pods) {
    return jobs.stream()
        .filter(job -> attempt != null && job.getMetadata().getName().equals(attempt.job()))
        .findFirst()
        .map(job ->
            AttemptReader.read(
                job,
                pods.stream()
                    .filter(pod -> job.getMetadata().getName().equals(jobName(pod)))
                    .toList()))
        .orElseGet(AttemptState.Missing::new);
  }

  private static boolean belongsTo(String uid, HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(uid));
  }

  private static @Nullable String jobName(Pod pod) {
    return pod.getMetadata().getLabels().get(JOB_NAME_LABEL);
  }

  private static Map<String, String> annotations(HasMetadata object) {
    Map<String, String> annotations = object.getMetadata().getAnnotations();
    return annotations == null ? Map.of() : annotations;
  }
}
