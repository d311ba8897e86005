package io.dbmigrations.operator.act;

import io.dbmigrations.operator.client.PodLogs;
import io.dbmigrations.operator.job.MigrationJob;
import io.dbmigrations.operator.plan.PlanLog;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.Reader;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the log of a Job's container, as far as it tells of a plan. */
final class PlanLogs {

  private static final String JOB_LABEL = "batch.kubernetes.io/job-name";

  private static final String GONE = "its Pod is gone";

  // A kubelet may be busy for a while; one that is gone never answers.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  // Whatever the scripts have written besides; the plan is the last thing in it.
  private static final int LARGEST = 100_000_000;

  private final KubernetesClient client;
  private final PodLogs logs;

  PlanLogs(KubernetesClient client) {
    this.client = client;
    logs = new PodLogs(client);
  }

  /**
   * Reads it into that.
   *
   * @param end when the container ended, null where that is not known
   * @return why it could not be read, null where it was
   * @throws KubernetesClientException where it is worth another try
   */
  @Nullable String read(
      String namespace, String job, PlanLog log, @Nullable Instant end, Instant now) {
    try {
      List<Pod> pods =
          client.pods().inNamespace(namespace).withLabel(JOB_LABEL, job).list().getItems();
      for (Pod pod : pods) {
        read(namespace, pod.getMetadata().getName(), log);
      }
      return pods.isEmpty() ? GONE : null;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return "the operator may not read it. Grant its service account get on pods/log, as the chart's role does";
      }
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return GONE;
      }
      if (isSoonAfter(end, now)) {
        throw e;
      }
      return Refusal.words(e);
    } catch (IOException e) {
      if (isSoonAfter(end, now)) {
        throw new KubernetesClientException("The log of Job %s broke off".formatted(job), e);
      }
      return "it broke off: " + e.getMessage();
    }
  }

  private void read(String namespace, String pod, PlanLog log) throws IOException {
    try (Reader reader =
        logs.open(namespace, pod, MigrationJob.CONTAINER, "limitBytes=" + LARGEST)) {
      log.read(reader);
    }
  }

  private static boolean isSoonAfter(@Nullable Instant end, Instant now) {
    return end != null && now.isBefore(end.plus(PATIENCE));
  }
}
