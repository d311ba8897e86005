package io.dbmigrations.e2e.trial;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;

/** A namespace with nothing of an earlier run in it. */
public final class EmptyNamespace {
  private static final int PATIENCE_MINUTES = 5;

  private EmptyNamespace() {}

  /** Makes it anew, when that of an earlier run is gone. */
  public static void create(KubernetesClient client, String name) {
    client.namespaces().withName(name).delete();
    client
        .namespaces()
        .withName(name)
        .waitUntilCondition(gone -> gone == null, PATIENCE_MINUTES, TimeUnit.MINUTES);
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }
}
