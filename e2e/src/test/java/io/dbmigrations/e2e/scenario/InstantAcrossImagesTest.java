package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A release is reverted, and the target is an instant: the older image finds out where the database
 * was, and has no script for what has to go. The images of these releases differ in their working
 * directory.
 */
class InstantAcrossImagesTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final String DIRECTORY = "alembic.workingDirectory";
  private static final String NEWER = "/projects/shop";
  private static final String OLDER = "/projects/shop-before";

  @Test
  void theImageThatWasRecordedTakesTheDatabaseThereAndTheOlderOneConfirmsIt() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop-before").target("002").create();
    assertThatMigration(migration).isReady().atRevision("002");
    var schema = database.schema();
    var instant = now(database);
    migration.edit(Map.of(DIRECTORY, NEWER, "targetRevision", "003"));
    assertThatMigration(migration).isReady().atRevision("003");

    migration.edit(Map.of(DIRECTORY, OLDER, "targetRevision", instant));

    var status = assertThatMigration(migration).isReady().atRevision("002").status();
    assertThat(database.schema()).isEqualTo(schema);
    HistoryEntry down = status.history().getFirst();
    assertThat(down.direction()).isEqualTo("Downgrade");
    assertThat(down.image()).contains("sha256:");
    assertThat(down.call().alembic().workingDirectory()).isEqualTo(NEWER);
    assertThat(status.targetRevisions()).containsExactly("002");
  }

  @Test
  void whatItDeletesIsAskedForAndRunsOnceThatIsApproved() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop-before").target("002").create();
    assertThatMigration(migration).isReady().atRevision("002");
    var instant = now(database);
    migration.edit(Map.of(DIRECTORY, NEWER, "targetRevision", "003"));
    assertThatMigration(migration).isReady().atRevision("003");
    database.execute("INSERT INTO customer VALUES (1, 'ada@example.com', 'Ada')");

    migration.edit(Map.of(DIRECTORY, OLDER, "targetRevision", instant));

    var waiting =
        assertThatMigration(migration).has(Reason.APPROVAL_REQUIRED).atRevision("003").status();
    migration.edit("approval.plan", waiting.plan().digest());
    assertThatMigration(migration).isReady().atRevision("002");
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
