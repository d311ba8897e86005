package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;

import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A resource is deleted and made again at once, as {@code kubectl replace --force} does. */
class ReplacedTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final int RESOURCES = 8;
  private static final int TIMES = 6;

  @Test
  void eachIsMigratedHoweverOftenAndInWhicheverMomentItIsMadeAgain() throws Exception {
    var migrations = migrations();
    for (var turn = 0; turn < TIMES; turn++) {
      for (var migration : migrations) {
        migration.delete();
        migration.create();
      }
      // A moment earlier in the life of each each time: before its Job, while it runs, when it
      // ends.
      Thread.sleep(300L * (TIMES - 1 - turn));
    }
    for (var migration : migrations) {
      assertThatMigration(migration).isReady().atRevision("002");
    }
  }

  private static List<Migration> migrations() throws SQLException {
    var migrations = new ArrayList<Migration>();
    for (var i = 0; i < RESOURCES; i++) {
      migrations.add(SCENARIO.project(SCENARIO.database(), "shop").target("002").create());
    }
    return migrations;
  }
}
