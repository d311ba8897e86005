package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DriftReader;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.job.AttemptReader;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.job.MigrationRequest;
import io.dbmigrations.operator.job.PodState;
import io.dbmigrations.operator.job.PodTemplates;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts an observation together from what the caches and the last reading say. */
public final class Observer {

  // A Job has its first Pod within a second. After this it is worth a question why not.
  private static final Duration FIRST_POD = Duration.ofSeconds(5);

  private final DatabaseReadings readings;
  private final ProgressReadings progress;
  private final MissingPods missing;
  private final PodEvents podEvents;
  private final OtherResources others;
  private final PodTemplates templates;
  private final boolean readable;
  private final Clock clock;
  private @Nullable Instant lookingSince;

  /**
   * An observer.
   *
   * @param readable whether the operator may read databases at all
   */
  public Observer(
      DatabaseReadings readings,
      ProgressReadings progress,
      MissingPods missing,
      PodEvents podEvents,
      OtherResources others,
      PodTemplates templates,
      boolean readable,
      Clock clock) {
    this.readings = readings;
    this.progress = progress;
    this.missing = missing;
    this.podEvents = podEvents;
    this.others = others;
    this.templates = templates;
    this.readable = readable;
    this.clock = clock;
  }

  /** Observes a resource with the Jobs and Pods that carry its name. */
  public Observation observe(DatabaseMigration resource, List<Job> jobs, List<Pod> pods) {
    String uid = resource.getMetadata().getUid();
    Instant now = clock.instant();
    List<Job> own = jobs.stream().filter(job -> belongsTo(uid, job)).toList();
    DatabaseMigrationStatus status =
        resource.getStatus() == null ? DatabaseMigrationStatus.NONE : resource.getStatus();
    Optional<Job> current =
        Optional.ofNullable(status.attempt()).flatMap(attempt -> find(attempt, own));
    // One of the time before Jobs were asked to look says nothing any more.
    Reading reading =
        resource.getSpec().drift().reader() == DriftReader.JOB ? null : readings.latest(uid);
    boolean underWay = status.attempt() != null && status.attempt().outcome() == null;
    return ObservationBuilder.builder()
        .namespace(resource.getMetadata().getNamespace())
        .name(resource.getMetadata().getName())
        .uid(uid)
        .generation(resource.getMetadata().getGeneration())
        .deleting(resource.getMetadata().getDeletionTimestamp() != null)
        .spec(resource.getSpec())
        .status(status)
        .retry(annotations(resource).get(Names.RETRY_ANNOTATION))
        .approve(annotations(resource).get(Names.APPROVE_ANNOTATION))
        .reject(annotations(resource).get(Names.REJECT_ANNOTATION))
        .request(MigrationRequest.hash(resource.getSpec()))
        .attemptState(
            current
                .map(job -> state(uid, job, pods, underWay, now))
                .orElseGet(AttemptState.Missing::new))
        .podSeen(current.isEmpty() || !podsOf(current.get(), pods).isEmpty())
        .predecessors(
            pods.stream()
                .filter(pod -> current.isEmpty() || !PodState.isControlledBy(pod, current.get()))
                .filter(PodState::isMigration)
                .filter(pod -> PodState.mayRun(pod, now))
                .map(pod -> pod.getMetadata().getName())
                .sorted()
                .toList())
        .unfinishedJob(
            jobs.stream()
                .filter(job -> !job.equals(current.orElse(null)))
                .anyMatch(KeptJob::mayMakePods))
        .jobs(own.stream().map(job -> KeptJob.of(job, podsOf(job, pods), now)).toList())
        .claimant(others.claimant(status.attempt(), now))
        .olderAtWork(isDifferent(reading, status) && others.hasOlderWorkedSince(resource, now))
        .reading(reading)
        .readable(readable)
        .lookingSince(lookingSince(now))
        .templateFault(templates.fault(resource, status.attempt()).orElse(null))
        .now(now)
        .build();
  }

  // A leader looks from when it leads, and not from when it stood by.
  private synchronized Instant lookingSince(Instant now) {
    Instant since = lookingSince == null ? now : lookingSince;
    lookingSince = since;
    return since;
  }

  // The others are many, and asked for only where they matter.
  private static boolean isDifferent(@Nullable Reading reading, DatabaseMigrationStatus status) {
    return reading != null
        && switch (reading.found()) {
          case DatabaseReading.Rows rows -> !rows.revisions().equals(status.targetRevisions());
          case DatabaseReading.Differing _ -> true;
          case DatabaseReading.Refused _,
              DatabaseReading.NotObservable _,
              DatabaseReading.Locked _ ->
              false;
        };
  }

  private AttemptState withProgress(String uid, AttemptState state) {
    return state instanceof AttemptState.Running running
        ? running.at(progress.latest(uid, running.pod()))
        : state;
  }

  private AttemptState state(String uid, Job job, List<Pod> pods, boolean underWay, Instant now) {
    List<Pod> own = podsOf(job, pods);
    AttemptState state = withProgress(uid, AttemptReader.read(job, own, now));
    Instant created = Instant.parse(job.getMetadata().getCreationTimestamp());
    boolean missed = own.isEmpty() && now.isAfter(created.plus(FIRST_POD));
    // What has its outcome written needs no Pod any more.
    if (!underWay) {
      return state;
    }
    return missed ? missing.explain(job, state, now) : podEvents.explain(state, own, now);
  }

  private static Optional<Job> find(AttemptStatus attempt, List<Job> jobs) {
    return jobs.stream()
        .filter(job -> job.getMetadata().getName().equals(attempt.job()))
        .findFirst();
  }

  private static List<Pod> podsOf(Job job, List<Pod> pods) {
    return pods.stream().filter(pod -> PodState.isControlledBy(pod, job)).toList();
  }

  private static boolean belongsTo(String uid, HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(uid));
  }

  private static Map<String, String> annotations(HasMetadata object) {
    Map<String, String> annotations = object.getMetadata().getAnnotations();
    return annotations == null ? Map.of() : annotations;
  }
}
