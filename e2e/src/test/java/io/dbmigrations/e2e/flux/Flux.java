package io.dbmigrations.e2e.flux;

import io.dbmigrations.e2e.delivery.Repository;
import io.dbmigrations.e2e.fixture.Kubectl;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The Flux of {@code e2e/run flux}. Each test has a Git repository, two Kustomizations and a
 * database of its own; the namespace, theirs as well, is that of its class.
 */
final class Flux implements BeforeAllCallback, AfterAllCallback {
  private final Scenario scenario = new Scenario();

  @Override
  public void beforeAll(ExtensionContext context) {
    scenario.beforeAll(context);
  }

  @Override
  public void afterAll(ExtensionContext context) throws SQLException {
    scenario.afterAll(context);
  }

  /** A team with an empty repository. */
  Delivery delivery() throws SQLException {
    var database = scenario.database();
    var migration = scenario.project(database, "shop");
    var kubectl = new Kubectl(scenario.kubectl().kubeconfig(), "flux-system");
    var repository = new Repository(kubectl, "flux", migration.name());
    return new Delivery(
        scenario,
        database,
        migration,
        new Source(scenario.client(), scenario.namespace(), repository),
        kustomization(migration.name() + "-db"),
        kustomization(migration.name()));
  }

  private Kustomization kustomization(String name) {
    return new Kustomization(scenario.client(), scenario.namespace(), name);
  }
}
