package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Job that an attempt has left behind.
 *
 * @param succeeded null until the Job's own conditions say so, some seconds after its Pod has ended
 */
public record KeptJob(String name, int attempt, @Nullable Boolean succeeded) {

  /** Reads what the Job itself says. */
  public static KeptJob of(Job job) {
    String number = job.getMetadata().getLabels().get(Names.ATTEMPT_LABEL);
    return new KeptJob(
        job.getMetadata().getName(), number == null ? 0 : Integer.parseInt(number), succeeded(job));
  }

  /**
   * The Jobs that nobody needs any more when an attempt has ended: all but that attempt's own and
   * the last one that ended the other way, so that one success and one failure stay to be read. A
   * Job that does not say yet how it ended is kept until the next time.
   */
  public static List<String> obsolete(List<KeptJob> jobs, String ended, boolean succeeded) {
    List<KeptJob> others =
        jobs.stream()
            .filter(job -> !job.name().equals(ended))
            .filter(job -> job.succeeded() != null)
            .toList();
    List<KeptJob> kept =
        others.stream()
            .filter(job -> !Objects.equals(job.succeeded(), succeeded))
            .max(Comparator.comparingInt(KeptJob::attempt))
            .stream()
            .toList();
    return others.stream().filter(job -> !kept.contains(job)).map(KeptJob::name).toList();
  }

  private static @Nullable Boolean succeeded(Job job) {
    return has(job, "Complete") ? Boolean.TRUE : has(job, "Failed") ? Boolean.FALSE : null;
  }

  private static boolean has(Job job, String condition) {
    return job.getStatus() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(one -> condition.equals(one.getType()) && "True".equals(one.getStatus()));
  }
}
