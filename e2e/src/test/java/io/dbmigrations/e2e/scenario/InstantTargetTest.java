package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The database keeps what was run in it, and goes back to where it was at an instant. */
class InstantTargetTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void theDatabaseGoesToWhereItWasAndAsksBeforeItDeletes() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").with("targetRevision", "001").create();
    assertThatMigration(migration).isReady().atRevision("001");
    var schema = database.schema();
    var instant = now(database);
    migration.retarget("003");
    assertThatMigration(migration).isReady().atRevision("003");
    database.execute("INSERT INTO customer VALUES (1, 'ada@example.com', 'Ada')");
    database.execute("INSERT INTO purchase VALUES (1, 1)");

    migration.retarget(instant);

    var waiting = assertThatMigration(migration).has(Reason.APPROVAL_REQUIRED).status();
    assertThat(waiting.targetRevisions()).containsExactly("001");
    database.execute("DELETE FROM purchase; UPDATE customer SET name = NULL");
    migration.edit("approval.rollbacks", "Never");
    assertThatMigration(migration).isReady().atRevision("001");
    assertThat(database.schema()).isEqualTo(schema);
    assertThat(steps(database))
        .containsExactly(
            "Upgrade 001", "Upgrade 002", "Upgrade 003", "Downgrade 003", "Downgrade 002");
  }

  @Test
  void anInstantBeforeTheFirstEntryIsNotGuessedAt() throws SQLException {
    var database = SCENARIO.database();
    var early = now(database);
    var migration = SCENARIO.project(database, "shop").create();
    assertThatMigration(migration).isReady().atRevision("003");

    migration.retarget(early);

    assertThatMigration(migration)
        .has(Reason.CONFIGURATION_ERROR)
        .saying("the earliest instant that can be named");
    assertThat(database.revisions()).containsExactly("003");
  }

  private static String now(Database database) throws SQLException {
    return database
        .query(
            """
            SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', '@YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            """)
        .getFirst();
  }

  private static Iterable<String> steps(Database database) throws SQLException {
    return database.query(
        "SELECT direction || ' ' || revision FROM dbmigrations.history ORDER BY id");
  }
}
