package io.dbmigrations.operator.act;

import io.dbmigrations.operator.job.Outcome;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;

/** Makes the operator's own ConfigMaps. */
final class ConfigMaps {

  private ConfigMaps() {}

  /**
   * Creates one that was not there a moment ago: one that is there by now was made for the same.
   *
   * @return why not, if the cluster refused
   */
  static Optional<Outcome> create(KubernetesClient client, ConfigMap wanted) {
    try {
      client.resource(wanted).create();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return e.getCode() == HttpURLConnection.HTTP_CONFLICT
          ? Optional.empty()
          : Refusal.outcome(wanted, e);
    }
  }
}
