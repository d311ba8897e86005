package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Gate;
import io.dbmigrations.e2e.fixture.Kubectl;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody touches what is the operator's, or writes what only the migration's Pod can read. */
class TouchedTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aJobWhoseLabelsSomebodyTookIsFollowedToItsEnd() throws SQLException {
    followedAfter((kubectl, migration) -> {
      var job = migration.jobs().getFirst().getMetadata().getName();
      kubectl.run("label", "job", job, Names.MANAGED_BY_LABEL + "-");
    });
  }

  @Test
  void aPodWhoseLabelsSomebodyTookIsFollowedToItsEnd() throws SQLException {
    followedAfter((kubectl, migration) -> {
      var pod = migration.pods().getFirst().getMetadata().getName();
      kubectl.run("label", "pod", pod, Names.MANAGED_BY_LABEL + "-");
      kubectl.run("annotate", "pod", pod, Names.RESOURCE_ANNOTATION + "-");
    });
  }

  @Test
  void aMigrationEndsWithItsResourceAlsoWhereSomebodysFinalizerKeepsThat() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var migration = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();
    migration.finalizers("example.com/hold");

    migration.delete();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          assertThat(migration.jobs()).isEmpty();
          assertThat(migration.pods()).isEmpty();
        });
    // Whoever still waited for it would go on now.
    gate.open();
    assertThat(database.query("SELECT relname FROM pg_class WHERE relname = 'ledger'")).isEmpty();
    migration.finalizers();
  }

  @Test
  void aServiceIsFoundByItsNameAlone() throws SQLException {
    var database = SCENARIO.database();
    var client = SCENARIO.client();
    client
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(SCENARIO.namespace())
                .withName("db")
                .endMetadata()
                .withNewSpec()
                .withType("ExternalName")
                .withExternalName("postgres.platform.svc.cluster.local")
                .endSpec()
                .build())
        .create();
    var migration = SCENARIO.project(database, "shop");
    SCENARIO.secret(
        migration.name(), "url", database.url("postgresql+psycopg").replaceFirst("@[^:/]+", "@db"));
    migration.create();

    assertThatMigration(migration).isReady().atRevision("003");
    assertThat(migration.status().condition(Condition.DATABASE_OBSERVED).orElseThrow().status())
        .isEqualTo(Condition.TRUE);
  }

  private static void followedAfter(BiConsumer<Kubectl, Migration> touch) throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    // shorter than the migration: what is not seen must not be taken for what does not start
    var migration = SCENARIO.project(database, "gated").with("timeouts.start", "8s").create();
    gate.awaitArrival();

    touch.accept(SCENARIO.kubectl(), migration);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ofSeconds(12))
        .until(() -> true);
    assertThatMigration(migration).has(Reason.MIGRATING).afterAttempts(1);
    gate.open();

    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(1);
  }
}
