package io.dbmigrations.e2e.fault;

import io.dbmigrations.e2e.proxy.FaultProxy;
import io.dbmigrations.e2e.trial.OperatorAccess;
import io.dbmigrations.e2e.trial.OperatorBuild;
import io.dbmigrations.e2e.trial.OperatorProcess;
import io.dbmigrations.e2e.trial.Subject;
import io.dbmigrations.e2e.trial.Timeline;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** One operator that watches one namespace through one proxy. */
final class Equipment implements AutoCloseable {
  private final KubernetesClient client;
  private final OperatorBuild build;
  private final String namespace;
  private final Path directory;
  private final Timeline timeline = new Timeline();
  private final FaultProxy proxy;
  private final OperatorProcess operator;

  Equipment(
      KubernetesClient client, Vertx vertx, OperatorBuild build, Path parent, String namespace) {
    this.client = client;
    this.build = build;
    this.namespace = namespace;
    this.directory = parent.resolve(namespace);
    try {
      Files.createDirectories(directory);
      var log = Files.createFile(directory.resolve("operator.log"));
      operator =
          new OperatorProcess(
              build,
              namespace,
              Map.of(
                  "KUBECONFIG", directory.resolve("kubeconfig").toString(),
                  "DBMIGRATION_NAMESPACE", namespace,
                  "DBMIGRATION_WATCH_NAMESPACES", namespace),
              log,
              timeline);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    proxy = new FaultProxy(vertx, client.getConfiguration(), directory, operator);
  }

  void start() {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .serverSideApply();
    empty(false);
    var url = proxy.start();
    try {
      new OperatorAccess(client).kubeconfig(directory.resolve("kubeconfig"), url, proxy.pem());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    operator.start();
    operator.awaitReady();
    if (!build.hasArchive()) {
      operator.restart();
    }
  }

  String namespace() {
    return namespace;
  }

  Timeline timeline() {
    return timeline;
  }

  FaultProxy proxy() {
    return proxy;
  }

  OperatorProcess operator() {
    return operator;
  }

  /** Nothing of a case is left for the next one; where something went wrong, no state either. */
  void empty(boolean alsoTheOperator) {
    client.genericKubernetesResources(Subject.KIND).inNamespace(namespace).delete();
    client.batch().v1().jobs().inNamespace(namespace).delete();
    client.pods().inNamespace(namespace).withGracePeriod(0).delete();
    client.secrets().inNamespace(namespace).delete();
    var configMaps = client.configMaps().inNamespace(namespace);
    configMaps.list().getItems().stream()
        .filter(map -> !"kube-root-ca.crt".equals(map.getMetadata().getName()))
        .forEach(map -> configMaps.resource(map).delete());
    client.events().v1().events().inNamespace(namespace).delete();
    if (alsoTheOperator) {
      operator.kill();
    }
  }

  @Override
  public void close() {
    operator.close();
    proxy.close();
    client.namespaces().withName(namespace).delete();
  }
}
