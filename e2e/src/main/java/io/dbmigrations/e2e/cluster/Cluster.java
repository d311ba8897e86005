package io.dbmigrations.e2e.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The running cluster: operator, PostgreSQL and the images of the tests are in it.
 *
 * @param kubeconfig with an administrator's rights
 */
public record Cluster(Path kubeconfig) {
  /** Names the kubeconfig. Not KUBECONFIG: that one may lead to a cluster that matters. */
  public static final String VARIABLE = "DBMIGRATION_E2E_KUBECONFIG";

  /** The cluster that {@code e2e/run} started. */
  public static Cluster fromEnvironment() {
    var path = System.getenv(VARIABLE);
    if (path == null || path.isBlank()) {
      throw new IllegalStateException(
          "%s is not set: run 'e2e/run tests', or 'e2e/run up' and set it to what 'e2e/run kubeconfig' prints"
              .formatted(VARIABLE));
    }
    var kubeconfig = Path.of(path);
    if (!Files.isReadable(kubeconfig)) {
      throw new IllegalStateException(
          "%s names %s, which cannot be read: is the cluster up?".formatted(VARIABLE, path));
    }
    return new Cluster(kubeconfig);
  }

  /** A client with an administrator's rights; the caller closes it. */
  public KubernetesClient client() {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
        .build();
  }
}
