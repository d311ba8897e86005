package io.dbmigrations.operator.observe;

import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.PodRefusal;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the API server why a Job has no Pod: a quota or an admission policy that refuses it. */
public final class PodRefusals {

  private static final Logger LOG = LoggerFactory.getLogger(PodRefusals.class);

  private final KubernetesClient client;

  public PodRefusals(KubernetesClient client) {
    this.client = client;
  }

  /** The same state with the cluster's own words, where the Job's events have them. */
  public AttemptState explain(Job job, AttemptState.Waiting waiting) {
    try {
      List<Event> events =
          client
              .events()
              .v1()
              .events()
              .inNamespace(job.getMetadata().getNamespace())
              .withField("regarding.uid", job.getMetadata().getUid())
              .withField("reason", "FailedCreate")
              .list()
              .getItems();
      return PodRefusal.explain(job, waiting, events);
    } catch (KubernetesClientException e) {
      LOG.warn(
          "The events of Job {} could not be read: {}",
          job.getMetadata().getName(),
          e.getMessage());
      return waiting;
    }
  }
}
