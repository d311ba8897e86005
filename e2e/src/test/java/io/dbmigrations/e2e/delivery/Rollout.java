package io.dbmigrations.e2e.delivery;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is in the cluster of a {@link Release}'s application. */
public record Rollout(KubernetesClient client, String namespace, String name) {

  /** The number of the release; none before the first. */
  public Optional<String> release() {
    return Optional.ofNullable(deployment())
        .map(found -> found.getMetadata().getAnnotations().get("release"));
  }

  public @Nullable Deployment deployment() {
    return client.apps().deployments().inNamespace(namespace).withName(name).get();
  }
}
