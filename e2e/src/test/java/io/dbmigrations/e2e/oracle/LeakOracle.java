package io.dbmigrations.e2e.oracle;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.e2e.trial.LedgerDatabase;
import io.dbmigrations.e2e.trial.Pause;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What is left when the resources of a namespace are gone. */
public final class LeakOracle {
  /** The garbage collector's time, and the grace of a Pod that was told to stop. */
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private final Violations violations;
  private final KubernetesClient client;
  private final String namespace;

  public LeakOracle(Violations violations, KubernetesClient client, String namespace) {
    this.violations = violations;
    this.client = client;
    this.namespace = namespace;
  }

  /** After the deletion of every resource that is about that database. */
  public void check(LedgerDatabase database) throws SQLException {
    if (!Pause.until(PATIENCE, () -> left(database).isEmpty())) {
      violations.add("leaks", "%s after the deletion there are still: %s",
          PATIENCE, left(database));
    }
  }

  private List<String> left(LedgerDatabase database) throws SQLException {
    var left = new ArrayList<String>();
    Stream.of(
            client.batch().v1().jobs().inNamespace(namespace).list().getItems(),
            client.pods().inNamespace(namespace).list().getItems(),
            client.configMaps().inNamespace(namespace).list().getItems())
        .flatMap(List::stream)
        .filter(LeakOracle::isOfOneResource)
        .map(object -> object.getKind() + " " + object.getMetadata().getName())
        .forEach(left::add);
    database.sessions().forEach(session -> left.add("session " + session));
    database.advisoryLocks().forEach(lock -> left.add("advisory lock " + lock));
    return left;
  }

  /** A ConfigMap that all resources of the namespace share has no owner. */
  private static boolean isOfOneResource(HasMetadata object) {
    var metadata = object.getMetadata();
    var labels = Objects.requireNonNullElse(metadata.getLabels(), java.util.Map.<String, String>of());
    return !metadata.getOwnerReferences().isEmpty() || labels.containsKey(Names.UID_LABEL);
  }
}
