package io.dbmigrations.e2e.bench;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;

/** A resource that was made a moment ago. */
record Newcomer(KubernetesClient client, String namespace, String name) {

  void awaitReady() {
    client
        .resources(DatabaseMigration.class)
        .inNamespace(namespace)
        .withName(name)
        .waitUntilCondition(Newcomer::isReady, 10, TimeUnit.MINUTES);
  }

  private static boolean isReady(DatabaseMigration seen) {
    return seen != null
        && seen.getStatus() != null
        && seen.getStatus()
            .condition(Condition.READY)
            .filter(ready -> Condition.TRUE.equals(ready.status()))
            .isPresent();
  }
}
