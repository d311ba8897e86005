package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Job that an attempt has left behind.
 *
 * @param uid the Job's own UID
 * @param succeeded how its migration ended; null when that cannot be told
 * @param finished whether the Job itself says that it has ended, some seconds after its Pod, or
 *     never where another container of the Pod does not end
 * @param runner the ConfigMap that it mounts, null for none
 */
public record KeptJob(
    String name,
    String uid,
    int attempt,
    @Nullable Boolean succeeded,
    boolean finished,
    @Nullable String runner) {

  // Time for the Job controller to say that the Job has ended; what goes on after that is no part
  // of the migration.
  private static final Duration FINISH = Duration.ofSeconds(30);

  // A container begins within seconds; for longer it holds up nobody else.
  private static final Duration BEGINNING = Duration.ofSeconds(60);

  /** Reads what the Job and its Pods say. */
  public static KeptJob of(Job job, List<Pod> pods, Instant now) {
    String number = job.getMetadata().getLabels().get(Names.ATTEMPT_LABEL);
    return new KeptJob(
        job.getMetadata().getName(),
        job.getMetadata().getUid(),
        number == null || !number.matches("[0-9]{1,9}") ? 0 : Integer.parseInt(number),
        succeeded(job, pods, now),
        has(job, "Complete") || has(job, "Failed"),
        MigrationJob.runnerOf(job).orElse(null));
  }

  /**
   * The Jobs that nobody needs any more once the last attempt has ended and its outcome is written:
   * all but that attempt's own and the last one that ended the other way, so that one success and
   * one failure stay to be read. A Job that does not finish although its migration has ended is not
   * kept either. One of a later attempt is never obsolete: the status is an older one than the
   * Jobs, because one cache lags behind the other.
   */
  public static List<KeptJob> obsolete(List<KeptJob> jobs, AttemptStatus last, Instant now) {
    AttemptOutcome outcome = last.outcome();
    if (outcome == null) {
      return List.of();
    }
    boolean isOld = outcome.endedBy(now).filter(end -> !now.isAfter(end.plus(FINISH))).isEmpty();
    Boolean theOtherWay = !last.endedWith(Reason.AT_TARGET_REVISION);
    List<KeptJob> kept =
        jobs.stream()
            .filter(job -> !job.name().equals(last.job()))
            .filter(job -> job.finished() && theOtherWay.equals(job.succeeded()))
            .max(Comparator.comparingInt(KeptJob::attempt))
            .stream()
            .toList();
    return jobs.stream()
        .filter(job -> job.attempt() <= last.number())
        .filter(job -> !job.name().equals(last.job()) || (isOld && !job.finished()))
        .filter(job -> !kept.contains(job))
        .toList();
  }

  /** The greatest number of an attempt whose Job is among these; 0 where there is none. */
  public static int lastAttempt(List<KeptJob> jobs, String resource, String uid) {
    return jobs.stream()
        // The label is anybody's to write.
        .filter(job -> job.name().equals(JobName.of(resource, uid, job.attempt())))
        .mapToInt(KeptJob::attempt)
        .max()
        .orElse(0);
  }

  /**
   * Whether a Job migrates, or is about to. One whose container does not begin, for want of its
   * image or of a node, takes nothing of what is shared: its turn would never end.
   */
  public static boolean isAtWork(Job job, Instant now) {
    JobStatus status = job.getStatus();
    boolean runs = status != null && status.getReady() != null && status.getReady() > 0;
    Instant created = Instant.parse(job.getMetadata().getCreationTimestamp());
    boolean begins = now.isBefore(created.plus(BEGINNING));
    return mayMakePods(job) && (runs || begins);
  }

  /** Whether a Job that has not ended was not stopped either. */
  public static boolean mayMakePods(Job job) {
    return !has(job, "Complete")
        && !has(job, "Failed")
        && !Boolean.TRUE.equals(job.getSpec().getSuspend());
  }

  /** How long until a Job of these that has not finished is obsolete; zero when there is none. */
  public static Duration untilObsolete(List<KeptJob> jobs, AttemptStatus last, Instant now) {
    AttemptOutcome outcome = last.outcome();
    boolean pending =
        jobs.stream().anyMatch(job -> job.name().equals(last.job()) && !job.finished());
    return Optional.ofNullable(outcome)
        .filter(_ -> pending)
        .flatMap(end -> end.endedBy(now))
        .map(end -> Duration.between(now, end.plus(FINISH).plusSeconds(1)))
        .orElse(Duration.ZERO);
  }

  private static @Nullable Boolean succeeded(Job job, List<Pod> pods, Instant now) {
    if (has(job, "Complete")) {
      return true;
    }
    if (AttemptReader.read(job, pods, now) instanceof AttemptState.Ended ended) {
      return ended.outcome().reason() == Reason.AT_TARGET_REVISION;
    }
    return has(job, "Failed") ? Boolean.FALSE : null;
  }

  private static boolean has(Job job, String condition) {
    return job.getStatus() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(one -> condition.equals(one.getType()) && "True".equals(one.getStatus()));
  }
}
