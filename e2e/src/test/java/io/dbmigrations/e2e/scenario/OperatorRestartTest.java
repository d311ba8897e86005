package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Gate;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Operator;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator goes away at the worst of moments, and each migration still happens once. */
@Isolated("The operator is everybody's")
class OperatorRestartTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private final Operator operator = new Operator(SCENARIO.client());

  @AfterEach
  void leaveItRunning() {
    operator.start();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMigrationThatRunsMeanwhileEndsOnce(boolean byForce) throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var migration = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();

    if (byForce) {
      operator.killPods();
    } else {
      operator.deletePods();
    }
    operator.awaitReady();
    assertThatMigration(migration).has(Reason.MIGRATING);
    gate.open();

    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(1);
    happenedOnce(database);
    assertThat(migration.jobs()).hasSize(1);
  }

  @Test
  void whatWasAppliedJustBeforeIsStartedOnce() throws SQLException {
    var migrations = new LinkedHashMap<Database, Migration>();
    for (int i = 0; i < 8; i++) {
      var database = SCENARIO.database();
      migrations.put(database, SCENARIO.project(database, "gated"));
    }

    // it dies before the intent of one, before the Job of another, after the Job of a third
    migrations.values().forEach(Migration::create);
    operator.killPods();

    for (var migration : migrations.values()) {
      assertThatMigration(migration).isReady().atRevision("003").afterAttempts(1);
      assertThat(migration.jobs()).hasSize(1);
    }
    for (var database : migrations.keySet()) {
      happenedOnce(database);
    }
  }

  @Test
  void anOutcomeThatNobodyHasReadIsReadAfterwards() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var migration = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();

    operator.stop();
    gate.open();
    Awaitility.await("the end of the Job")
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            Integer.valueOf(1).equals(migration.jobs().getFirst().getStatus().getSucceeded()));
    operator.start();

    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(1);
    happenedOnce(database);
    assertThat(migration.jobs()).hasSize(1);
  }

  @Test
  void aJobThatIsGoneWithItsOutcomeIsNoReasonToMigrateTwice() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var migration = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();

    operator.stop();
    gate.open();
    Awaitility.await("the end of the migration")
        .atMost(Duration.ofSeconds(30))
        .until(() -> migration.jobs().getFirst().getStatus().getSucceeded() != null);
    SCENARIO.kubectl().run("delete", "jobs", "--all", "--wait").orFail();
    operator.start();

    assertThatMigration(migration).isReady().atRevision("003");
    happenedOnce(database);
  }

  @Test
  void anEditIsFoundAfterwards() throws SQLException {
    var idle = SCENARIO.database();
    var settled = SCENARIO.project(idle, "gated").target("001").create();
    assertThatMigration(settled).isReady().atRevision("001");
    var busy = SCENARIO.database();
    var gate = Gate.close(busy);
    var running = SCENARIO.project(busy, "gated").create();
    gate.awaitArrival();

    operator.stop();
    settled.retarget("003");
    running.retarget("001");
    gate.open();
    operator.start();

    assertThatMigration(settled).isReady().atRevision("003").afterAttempts(2);
    assertThatMigration(running).isReady().atRevision("001").afterAttempts(2);
    settled.awaitOneJob();
    assertThat(busy.query("SELECT revision FROM ledger")).containsExactly("001");
    happenedOnce(idle);
  }

  @Test
  void whatSomebodyElseDidToTheDatabaseIsFoundAfterwards() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "gated").create();
    assertThatMigration(migration).isReady();

    operator.stop();
    database.execute("UPDATE public.alembic_version SET version_num = '002'");
    operator.start();

    assertThatMigration(migration)
        .has(Reason.REVISION_DRIFTED)
        .saying("has 002", "left it at 003", "dbmigrations.io/retry")
        .atRevision("002")
        .afterAttempts(1);
  }

  private static void happenedOnce(Database database) throws SQLException {
    assertThat(database.query("SELECT revision FROM ledger ORDER BY revision"))
        .containsExactly("001", "002", "003");
  }
}
