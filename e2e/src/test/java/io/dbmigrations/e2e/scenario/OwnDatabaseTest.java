package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is migrated is the database that the resource names, and no other one. */
class OwnDatabaseTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aProjectAsAlembicInitMakesItIsGivenTheSecretsUrl() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "stock").create();

    assertThatMigration(migration).isReady().atRevision("001");
    assertThat(database.tables()).containsExactly("customer");
    migration.retarget("base");
    assertThatMigration(migration).isReady();
    assertThat(database.tables()).isEmpty();
  }

  @Test
  void anotherDatabaseThatEnvPyConnectsToIsLeftAlone() throws SQLException {
    var database = SCENARIO.database();
    var other = SCENARIO.database();
    var migration =
        SCENARIO
            .project(database, "elsewhere")
            .with("alembic.arguments", Map.of("database", other.name()))
            .create();

    assertThatMigration(migration)
        .has(Reason.DATABASE_MISMATCH)
        .saying("/" + other.name(), "/" + database.name(), "env.py names DATABASE_URL");
    assertThat(database.tables()).isEmpty();
    assertThat(other.tables()).isEmpty();

    migration.edit("alembic.arguments", null);
    assertThatMigration(migration).isReady().atRevision("001");
    assertThat(other.tables()).isEmpty();
  }
}
