package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A person edits the target back, and the database goes back. */
class RollbackTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void anEditForwardAndBackLeavesTheSchemaAsItWas() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.migration(database).target("003").create();
    assertThatMigration(migration).isReady().atRevision("003");
    var at003 = database.schema();
    database.execute("INSERT INTO organizations (name, slug) VALUES ('Example', 'example')");

    migration.retarget("head");
    assertThatMigration(migration).isReady().atRevision("019").withTarget("019").afterAttempts(2);
    assertThat(database.tables()).contains("executions");

    migration.retarget("003");
    var status =
        assertThatMigration(migration).isReady().atRevision("003").afterAttempts(3).status();
    assertThat(status.lastMigration())
        .satisfies(last -> {
          assertThat(last.from()).isEqualTo("019");
          assertThat(last.to()).isEqualTo("003");
          assertThat(last.direction()).isEqualTo("Downgrade");
          assertThat(last.steps()).isEqualTo(16);
          assertThat(last.imageID()).isNotBlank();
        });
    assertThat(database.schema()).isEqualTo(at003);
    assertThat(database.query("SELECT slug FROM organizations")).containsExactly("example");
  }

  @Test
  void theTargetBaseLeavesNothingButTheEmptyVersionTable() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.migration(database).create();
    assertThatMigration(migration).isReady().atRevision("019");

    migration.retarget("base");

    assertThatMigration(migration).isReady().atRevision("base").withTarget("base");
    assertThat(database.revisions()).isEmpty();
    var byAlembic = SCENARIO.database();
    SCENARIO.alembic(byAlembic, "shop").run(List.of("upgrade head", "downgrade base"));
    assertThat(database.schema()).isEqualTo(byAlembic.schema());
    assertThat(database.tables()).isEmpty();
  }

  @Test
  void headNeverTakesAnythingBack() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").create();
    assertThatMigration(migration).isReady().atRevision("003");
    var before = database.contents();

    migration.retarget("heads");

    assertThatMigration(migration).isReady().atRevision("003");
    assertThat(database.contents()).isEqualTo(before);
  }

  @Test
  void twoEditsAtOnceEndAtTheLastOne() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").create();
    assertThatMigration(migration).isReady().atRevision("003");

    migration.retarget("001");
    migration.retarget("002");

    assertThatMigration(migration).isReady().atRevision("002").withTarget("002");
    assertThat(database.revisions()).containsExactly("002");
    assertThat(database.tables()).containsExactly("customer", "purchase");
  }
}
