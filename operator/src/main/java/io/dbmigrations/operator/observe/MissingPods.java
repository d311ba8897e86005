package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptReader;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.PodRefusal;
import io.dbmigrations.operator.job.PodState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server about a Job of which the watch shows no Pod: it may have one whose labels
 * somebody took, or none, because a quota or an admission policy refuses it.
 */
public final class MissingPods {

  private static final Logger LOG = LoggerFactory.getLogger(MissingPods.class);

  // The Job controller gives it to each Pod.
  private static final String CONTROLLER = "batch.kubernetes.io/controller-uid";

  private final KubernetesClient client;
  private final ObjectEvents events;

  public MissingPods(KubernetesClient client) {
    this.client = client;
    events = new ObjectEvents(client);
  }

  /**
   * The state by the Pods that there are, or the same with the cluster's own words why there is
   * none.
   *
   * @param state what it would be without any Pod
   */
  public AttemptState explain(Job job, AttemptState state, Instant now) {
    try {
      List<Pod> pods = pods(job);
      if (!pods.isEmpty()) {
        return AttemptReader.read(job, pods, now);
      }
      return state instanceof AttemptState.Waiting waiting && waiting.withoutPod()
          ? PodRefusal.explain(job, waiting, events.of(job, "FailedCreate"))
          : state;
    } catch (KubernetesClientException e) {
      String name = job.getMetadata().getName();
      LOG.warn("The Pods and events of Job {} could not be read: {}", name, e.getMessage());
      // Whatever else it looked like: of a Pod that nobody has seen nothing is concluded.
      return state instanceof AttemptState.Waiting
          ? state
          : new AttemptState.Waiting(
              Reason.PENDING,
              "The API server does not say which Pods Job %s has".formatted(name),
              Instant.parse(job.getMetadata().getCreationTimestamp()),
              true);
    }
  }

  private List<Pod> pods(Job job) {
    return client
        .pods()
        .inNamespace(job.getMetadata().getNamespace())
        .withLabel(CONTROLLER, job.getMetadata().getUid())
        .list()
        .getItems()
        .stream()
        .filter(pod -> PodState.isControlledBy(pod, job))
        .toList();
  }
}
