package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A person names a revision, and the database gets there. */
class UpgradeTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aTargetIsReachedAndNothingBeyondIt() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.migration(database).target("003").create();

    assertThatMigration(migration)
        .isReady()
        .saying("The database is at 003")
        .atRevision("003")
        .withTarget("003")
        .afterAttempts(1);
    assertThat(database.revisions()).containsExactly("003");
    assertThat(database.tables())
        .containsExactly(
            "agents", "marketplace_listings", "marketplace_reviews", "organizations", "users");
  }

  @ParameterizedTest
  @CsvSource({"head-2, 017", "004+1, 005", "heads, 019"})
  void aTargetThatCountsIsResolvedAndStays(String target, String revision) throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.migration(database).target(target).create();

    assertThatMigration(migration)
        .isReady()
        .saying(revision, target)
        .atRevision(revision)
        .withTarget(revision);
    assertThat(database.revisions()).containsExactly(revision);

    // asked again for the same, it is there already
    migration.retry("once more");
    assertThatMigration(migration).isReady(2).atRevision(revision);
    assertThat(database.revisions()).containsExactly(revision);
  }

  @Test
  void aDatabaseThatIsAtItsTargetAlreadyIsTakenOver() throws SQLException {
    var database = SCENARIO.database();
    assertThatMigration(SCENARIO.project(database, "shop").target("002").create()).isReady();
    var before = database.contents();

    var second = SCENARIO.project(database, "shop").named("second").target("002").create();

    var status = assertThatMigration(second).isReady().atRevision("002").status();
    assertThat(status.lastMigration()).as("nothing was migrated").isNull();
    assertThat(database.contents()).isEqualTo(before);
  }
}
