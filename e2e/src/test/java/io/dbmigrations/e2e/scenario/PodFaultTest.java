package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Gate;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What runs a migration fails, not the migration. */
class PodFaultTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();
  @RegisterExtension static final Scenario NARROW = new Scenario();

  @Test
  void aPodThatIsDeletedRollsBackAndIsTriedAgain() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var before = database.contents();
    var migration = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();

    SCENARIO.client().resource(migration.pods().getFirst()).delete();

    assertThatMigration(migration)
        .has(Reason.INTERRUPTED)
        .saying("SIGTERM", "upgrade() of revision 002", "tried again");
    assertThat(database.contents()).isEqualTo(before);
    gate.open();
    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(2);
    happenedOnce(database);
  }

  @Test
  void aPodThatIsKilledIsTriedAgain() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var migration = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();

    SCENARIO.client().resource(migration.pods().getFirst()).withGracePeriod(0).delete();
    Awaitility.await("the end of its session")
        .atMost(Duration.ofSeconds(10))
        .until(() -> gate.sessions().isEmpty());
    gate.open();

    assertThatMigration(migration).isReady(2).atRevision("003").afterAttempts(2);
    happenedOnce(database);
    assertThat(migration.events())
        .extracting(Event::getReason)
        .containsAnyOf(Reason.POD_LOST.wireName(), Reason.INTERRUPTED.wireName());
  }

  @Test
  void aSessionThatIsEndedByAnAdministratorIsTriedAgain() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var before = database.contents();
    var migration = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();

    gate.terminateSessions();

    assertThatMigration(migration)
        .has(Reason.CONNECTION_LOST)
        .saying("upgrade() of revision 002", "administrator command", "tried again");
    assertThat(database.contents()).isEqualTo(before);
    gate.open();
    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(2);
    happenedOnce(database);
  }

  @Test
  void aMigrationThatRunsTooLongIsRolledBack() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var before = database.contents();
    var migration = SCENARIO.project(database, "gated").with("timeouts.run", "15s").create();

    assertThatMigration(migration)
        .has(Reason.DEADLINE_EXCEEDED)
        .saying("15 s were over (timeouts.run)", "upgrade() of revision 002", "rolled back")
        .afterAttempts(1);
    assertThat(database.contents()).isEqualTo(before);
    assertThat(gate.sessions()).isEmpty();

    migration.edit("timeouts.run", null);
    gate.open();
    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(2);
  }

  @Test
  void aContainerThatEndsWithoutAWordIsReportedAsADefect() throws SQLException {
    var database = SCENARIO.database();
    var migration =
        SCENARIO.project(database, "gated").with("alembic.arguments.exit", "3").create();

    assertThatMigration(migration)
        .has(Reason.INTERNAL_ERROR)
        .saying("exit code 3", "kubectl logs ", "dbmigrations.io/retry")
        .afterAttempts(1);
    assertThat(database.tables()).isEmpty();

    migration.edit("alembic.arguments.exit", null);
    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(2);
    happenedOnce(database);
  }

  @Test
  void aContainerThatNeedsMoreMemoryThanItMayHaveIsNamed() throws SQLException {
    limitMemory("128Mi");
    var database = NARROW.database();
    var migration =
        NARROW.project(database, "gated").with("alembic.arguments.mebibytes", "256").create();

    assertThatMigration(migration)
        .has(Reason.OUT_OF_MEMORY)
        .saying("no more than 128Mi of memory", "dbmigrations.io/retry")
        .afterAttempts(1);
    assertThat(database.tables()).isEmpty();

    limitMemory("512Mi");
    migration.retry("with more memory");
    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(2);
    happenedOnce(database);
  }

  private static void limitMemory(String limit) {
    NARROW
        .client()
        .resource(
            new LimitRangeBuilder()
                .withNewMetadata()
                .withNamespace(NARROW.namespace())
                .withName("memory")
                .endMetadata()
                .withNewSpec()
                .addNewLimit()
                .withType("Container")
                .addToDefault("memory", new Quantity(limit))
                .endLimit()
                .endSpec()
                .build())
        .serverSideApply();
  }

  private static void happenedOnce(Database database) throws SQLException {
    assertThat(database.query("SELECT revision FROM ledger ORDER BY revision"))
        .containsExactly("001", "002", "003");
  }
}
