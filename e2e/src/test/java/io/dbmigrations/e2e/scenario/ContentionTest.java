package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Gate;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody else is in the database, and holds what a migration needs. */
class ContentionTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void twoMigrationsOfOneDatabaseAreDoneOneAfterTheOther() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var first = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();

    var second =
        SCENARIO.project(database, "gated").named("second").with("timeouts.busy", "1s").create();

    assertThatMigration(second)
        .has(Reason.DATABASE_BUSY)
        .saying("timeouts.busy", first.name(), "tried again");
    gate.open();
    assertThatMigration(first).isReady().atRevision("003").afterAttempts(1);
    assertThatMigration(second).isReady().atRevision("003");
    assertThat(database.query("SELECT revision FROM ledger ORDER BY revision"))
        .containsExactly("001", "002", "003");
  }

  @Test
  void aLockThatSomebodyHoldsIsNotWaitedForLong() throws SQLException {
    var database = SCENARIO.database();
    Gate.close(database).open();
    var before = database.contents();
    var migration = SCENARIO.project(database, "gated").with("timeouts.lock", "4s");

    try (var connection = database.connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET application_name = 'a report'");
      statement.execute("LOCK TABLE public.gate IN ACCESS EXCLUSIVE MODE");
      migration.create();

      assertThatMigration(migration)
          .has(Reason.LOCK_TIMEOUT)
          .saying("4 s (timeouts.lock)", "upgrade() of revision 002", "a report", "rolled back");
      connection.rollback();
    }

    assertThat(database.contents()).isEqualTo(before);
    assertThatMigration(migration).isReady().atRevision("003");
  }

  @Test
  void aStatementThatTakesTooLongIsEndedAndNotTriedAgainByItself() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var before = database.contents();
    var migration = SCENARIO.project(database, "gated").with("timeouts.statement", "1s").create();

    var status =
        assertThatMigration(migration)
            .has(Reason.STATEMENT_TIMEOUT)
            .saying("1 s", "upgrade() of revision 002", "timeouts.statement")
            .afterAttempts(1)
            .status();
    assertThat(status.attempt().outcome().revision()).isEqualTo("002");
    assertThat(status.attempt().outcome().sqlstate()).isEqualTo("57014");
    assertThat(database.contents()).isEqualTo(before);

    gate.open();
    migration.edit("timeouts.statement", null);
    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(2);
  }
}
