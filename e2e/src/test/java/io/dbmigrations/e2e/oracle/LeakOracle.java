package io.dbmigrations.e2e.oracle;

import io.dbmigrations.e2e.trial.LedgerDatabase;
import io.dbmigrations.e2e.trial.Pause;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What is left when the resources of a namespace are gone. */
public final class LeakOracle {
  /** The garbage collector's time, and the grace of a Pod that was told to stop. */
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private static final Set<String> RUNNING = Set.of("Pending", "Running");

  private final Violations violations;
  private final KubernetesClient client;
  private final String namespace;

  public LeakOracle(Violations violations, KubernetesClient client, String namespace) {
    this.violations = violations;
    this.client = client;
    this.namespace = namespace;
  }

  /** After the deletion of every resource that is about these databases. */
  public void check(List<LedgerDatabase> databases) throws SQLException {
    if (!Pause.until(PATIENCE, () -> left(databases).isEmpty())) {
      violations.add(
          "leaks",
          "%s after the deletion there are still: %s".formatted(PATIENCE, left(databases)));
    }
  }

  private List<String> left(List<LedgerDatabase> databases) throws SQLException {
    var left = new ArrayList<String>();
    Stream.of(
            client.batch().v1().jobs().inNamespace(namespace).list().getItems(),
            client.pods().inNamespace(namespace).list().getItems(),
            client.configMaps().inNamespace(namespace).list().getItems())
        .flatMap(List::stream)
        .filter(LeakOracle::isOfOneResource)
        .map(object -> object.getKind() + " " + object.getMetadata().getName())
        .forEach(left::add);
    for (var database : databases) {
      database.sessions().forEach(session -> left.add("session " + session));
      database.advisoryLocks().forEach(lock -> left.add("advisory lock " + lock));
    }
    return left;
  }

  /**
   * A ConfigMap that all resources of the namespace share has no owner, nor has a Pod that somebody
   * kept when they deleted its Job; that one must have ended.
   */
  private static boolean isOfOneResource(HasMetadata object) {
    return !object.getMetadata().getOwnerReferences().isEmpty()
        || (object instanceof Pod pod && RUNNING.contains(pod.getStatus().getPhase()));
  }
}
