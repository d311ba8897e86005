package io.dbmigrations.training;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.function.BooleanSupplier;

/** All that an operator needs around it, without a Kubernetes. */
final class Cluster implements AutoCloseable {

  private static final String NAMESPACE = "shop";
  private static final String REVISION = "003";
  private static final long PAUSE_MILLIS = 50;

  private final ApiServer api = new ApiServer();
  private final KubernetesClient client = api.client();
  private final Path directory;
  private final Database database;

  /** A cluster with a database and nothing else. */
  Cluster() throws IOException, SQLException {
    directory = Files.createTempDirectory("training");
    database = new Database(api.certificate(), api.key(), directory);
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName("shop-db")
                .endMetadata()
                .addToData("url", encoded(database.url()))
                .build())
        .create();
    client
        .resources(Job.class)
        .inNamespace(NAMESPACE)
        .inform(new JobController(client, database, REVISION));
  }

  ApiServer api() {
    return api;
  }

  Database database() {
    return database;
  }

  /** For what an operator writes or reads. */
  Path directory() {
    return directory;
  }

  /** Somebody wants the database at a revision. */
  void create(String name) {
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: dbmigrations.io/v1alpha1
                kind: DatabaseMigration
                metadata: {name: %s, namespace: %s}
                spec:
                  targetRevision: "%s"
                  image: registry.example/shop:1
                  database: {secretRef: {name: shop-db, key: url}}
                """
                    .formatted(name, NAMESPACE, REVISION),
                DatabaseMigration.class))
        .create();
  }

  /** Nobody wants that any more. */
  void delete(String name) {
    client.resources(DatabaseMigration.class).inNamespace(NAMESPACE).withName(name).delete();
    client.resources(Job.class).inNamespace(NAMESPACE).delete();
    client.pods().inNamespace(NAMESPACE).delete();
  }

  /** How many of the resources are where they should be. */
  long ready() {
    return client
        .resources(DatabaseMigration.class)
        .inNamespace(NAMESPACE)
        .list()
        .getItems()
        .stream()
        .filter(resource ->
            resource.getStatus() != null
                && resource.getStatus().conditions().stream()
                    .anyMatch(condition ->
                        condition.type().equals("Ready") && condition.status().equals("True")))
        .count();
  }

  /** Waits for it; what does not come in time ends the program with these words. */
  static void await(String what, Duration atMost, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("Not within %d s: %s".formatted(atMost.toSeconds(), what));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private static String encoded(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    client.close();
    api.close();
    database.close();
  }
}
