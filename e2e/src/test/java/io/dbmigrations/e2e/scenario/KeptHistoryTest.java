package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the database remembers outlives the resource, and is neither needed nor obeyed blindly. */
class KeptHistoryTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aResourceThatIsMadeAgainGoesBackToAnInstantFromBefore() throws SQLException {
    var database = SCENARIO.database();
    var first = SCENARIO.project(database, "shop").target("001").create();
    assertThatMigration(first).isReady().atRevision("001");
    var schema = database.schema();
    var instant = now(database);
    first.retarget("003");
    assertThatMigration(first).isReady().atRevision("003");
    var uid = first.current().getMetadata().getUid();
    first.delete();
    Awaitility.await("the resource to be gone").until(first::isGone);

    var again = SCENARIO.project(database, "shop").target(instant).create();

    assertThatMigration(again).isReady().atRevision("001").withTarget("001");
    assertThat(database.schema()).isEqualTo(schema);
    assertThat(
            database.query(
                "SELECT direction || ' ' || revision || ' ' || (uid = '%s') FROM dbmigrations.history ORDER BY id"
                    .formatted(uid)))
        .containsExactly(
            "Upgrade 001 true",
            "Upgrade 002 true",
            "Upgrade 003 true",
            "Downgrade 003 false",
            "Downgrade 002 false");
  }

  @Test
  void whatSomebodyHasChangedInItIsNotObeyed() throws SQLException {
    var database = SCENARIO.database();
    var migration = at001And003(database);
    var instant = now(database);
    var contents = database.contents();
    // as if the database had been empty then
    database.execute("UPDATE dbmigrations.history SET heads = '{}' WHERE revision = '003'");

    migration.retarget(instant);

    assertThatMigration(migration)
        .has(Reason.CONFIGURATION_ERROR)
        .saying("is not believed", "Let spec.targetRevision name the revision itself")
        .atRevision("003");
    assertThat(database.contents()).isEqualTo(contents);
    migration.retarget("002");
    assertThatMigration(migration).isReady().atRevision("002");
  }

  @Test
  void whatAPlainAlembicDidInBetweenIsNotGuessedAt() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").target("001").create();
    assertThatMigration(migration).isReady().atRevision("001");
    var instant = now(database);
    SCENARIO.alembic(database, "shop").run(List.of("upgrade 002"));
    migration.retarget("003");
    assertThatMigration(migration).isReady().atRevision("003");

    migration.retarget(instant);

    assertThatMigration(migration)
        .has(Reason.CONFIGURATION_ERROR)
        .saying("is not believed")
        .atRevision("003");
    assertThat(database.revisions()).containsExactly("003");
  }

  @Test
  void withoutItEverythingElseGoesOn() throws SQLException {
    var database = SCENARIO.database();
    var migration = at001And003(database);
    database.execute("DROP SCHEMA dbmigrations CASCADE");

    migration.retarget("002");

    assertThatMigration(migration).isReady().atRevision("002");
    assertThat(database.query("SELECT direction || ' ' || revision FROM dbmigrations.history"))
        .as("made anew")
        .containsExactly("Downgrade 003");
  }

  @Test
  void whatCannotBeWrittenIsSaidAndStopsNothing() throws SQLException {
    var database = SCENARIO.database();
    // somebody else's, in which the role may do nothing
    database.execute("CREATE SCHEMA dbmigrations");

    var migration = SCENARIO.project(database, "shop").create();

    var status = assertThatMigration(migration).isReady().atRevision("003").status();
    assertThat(status.attempt().outcome().warnings())
        .anySatisfy(warning ->
            assertThat(warning)
                .contains("missing in the database's history", "dbmigrations", "spec.history"));
  }

  private static Migration at001And003(Database database) {
    var migration = SCENARIO.project(database, "shop").target("001").create();
    assertThatMigration(migration).isReady().atRevision("001");
    migration.retarget("003");
    assertThatMigration(migration).isReady().atRevision("003");
    return migration;
  }

  private static String now(Database database) throws SQLException {
    return database
        .query(
            """
            SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', '@YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            """)
        .getFirst();
  }
}
