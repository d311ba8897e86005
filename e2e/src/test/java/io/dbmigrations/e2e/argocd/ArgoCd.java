package io.dbmigrations.e2e.argocd;

import io.dbmigrations.e2e.delivery.Repository;
import io.dbmigrations.e2e.fixture.Kubectl;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The Argo CD of {@code e2e/run argocd}. Each test has a Git repository, an Application and a
 * database of its own; the namespace is that of its class.
 */
final class ArgoCd implements BeforeAllCallback, AfterAllCallback {
  static final String NAMESPACE = "argocd";

  private final Scenario scenario = new Scenario();
  private final Queue<Delivery> deliveries = new ConcurrentLinkedQueue<>();

  @Override
  public void beforeAll(ExtensionContext context) {
    scenario.beforeAll(context);
  }

  @Override
  public void afterAll(ExtensionContext context) throws SQLException {
    deliveries.forEach(delivery -> delivery.application().delete());
    scenario.afterAll(context);
  }

  Scenario scenario() {
    return scenario;
  }

  /** A team with an empty repository. */
  Delivery delivery() throws SQLException {
    var database = scenario.database();
    var migration = scenario.project(database, "shop");
    var repository = new Repository(kubectl(), "argocd", migration.name());
    var application = new Application(scenario.client(), migration.name());
    var delivery = new Delivery(scenario, database, migration, repository, application);
    repository.create();
    deliveries.add(delivery);
    return delivery;
  }

  private Kubectl kubectl() {
    return new Kubectl(scenario.kubectl().kubeconfig(), NAMESPACE);
  }
}
