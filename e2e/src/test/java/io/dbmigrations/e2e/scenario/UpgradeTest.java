package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A person names a revision, and the database gets there. */
class UpgradeTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aTargetIsReachedAndNothingBeyondIt() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.migration(database).target("003").create();

    assertThatMigration(migration).isReady().atRevision("003").withTarget("003").afterAttempts(1);
    assertThat(database.revisions()).containsExactly("003");
    assertThat(database.tables())
        .containsExactly(
            "agents", "marketplace_listings", "marketplace_reviews", "organizations", "users");
  }
}
