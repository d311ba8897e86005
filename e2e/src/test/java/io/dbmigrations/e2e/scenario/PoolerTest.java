package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pooler that leaves a session its process of the server is as good as none. */
class PoolerTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aPoolInSessionModeIsAsGoodAsADirectConnection() throws SQLException {
    var database = SCENARIO.database();
    var pooler = SCENARIO.pooler(database, "session");
    var migration = SCENARIO.project(database, "shop");
    var url = database.url("postgresql+psycopg").replace("postgres.platform.svc", pooler);
    SCENARIO.secret(migration.name(), "url", url);
    migration.create();

    assertThatMigration(migration).isReady().atRevision("003");
    migration.retarget("001");
    assertThatMigration(migration).isReady().atRevision("001");

    // what the operator reads, it reads by the same URL
    database.execute("UPDATE alembic_version SET version_num = '002'");
    assertThatMigration(migration).has(Reason.REVISION_DRIFTED);
    database.execute("UPDATE alembic_version SET version_num = '001'");
    assertThatMigration(migration).isReady();

    migration.retarget("head");
    assertThatMigration(migration).isReady().atRevision("003");
    assertThat(database.revisions()).containsExactly("003");
  }
}
