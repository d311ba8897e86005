package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Comparator;
import java.util.List;

/** A Job that an attempt has left behind. */
public record KeptJob(String name, int attempt, boolean succeeded) {

  /** Reads what the Job itself says. */
  public static KeptJob of(Job job) {
    boolean complete =
        job.getStatus() != null
            && job.getStatus().getConditions().stream()
                .anyMatch(condition ->
                    "Complete".equals(condition.getType()) && "True".equals(condition.getStatus()));
    String number = job.getMetadata().getLabels().get(Names.ATTEMPT_LABEL);
    return new KeptJob(
        job.getMetadata().getName(), number == null ? 0 : Integer.parseInt(number), complete);
  }

  /**
   * The Jobs that nobody needs any more when an attempt has ended: all but that attempt's own and
   * the last one that ended the other way, so that one success and one failure stay to be read.
   */
  public static List<String> obsolete(List<KeptJob> jobs, String ended, boolean succeeded) {
    List<KeptJob> others = jobs.stream().filter(job -> !job.name().equals(ended)).toList();
    List<KeptJob> kept =
        others.stream()
            .filter(job -> job.succeeded() != succeeded)
            .max(Comparator.comparingInt(KeptJob::attempt))
            .stream()
            .toList();
    return others.stream().filter(job -> !kept.contains(job)).map(KeptJob::name).toList();
  }
}
