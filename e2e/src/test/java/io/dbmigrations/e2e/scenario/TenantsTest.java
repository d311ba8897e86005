package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A schema with a version table for each tenant, which one env.py migrates in a loop: whatever
 * becomes of one of them is noticed.
 */
class TenantsTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private Database database;

  @BeforeEach
  void twoTenants() throws SQLException {
    database = SCENARIO.database();
    tenant("tenant_north");
    tenant("tenant_south");
  }

  @Test
  void aTenantThatIsSetBackByHandIsNamedAndMigratedWhenThatIsAskedFor() throws SQLException {
    var migration = atTarget();

    database.execute(
        "DROP TABLE tenant_south.orders",
        "UPDATE tenant_south.alembic_version SET version_num = '001'");

    assertThatMigration(migration)
        .has(Reason.REVISION_DRIFTED)
        .saying(
            "Of 2 version tables tenant_south.alembic_version has 001",
            "left all of them at 002",
            "dbmigrations.io/retry")
        .notSaying("tenant_north")
        .afterAttempts(1);
    assertThat(orders()).as("nobody has asked for a migration").isEqualTo("tenant_north.orders");

    migration.retry("the tenant south was set back");
    assertThatMigration(migration).isReady(2).atRevision("002");
    assertThat(orders()).isEqualTo("tenant_north.orders,tenant_south.orders");
  }

  @Test
  void aTenantThatIsPutBackInOrderByHandIsReadyAgain() throws SQLException {
    var migration = atTarget();
    database.execute("UPDATE tenant_south.alembic_version SET version_num = '001'");
    assertThatMigration(migration).has(Reason.REVISION_DRIFTED);

    database.execute("UPDATE tenant_south.alembic_version SET version_num = '002'");

    assertThatMigration(migration).isReady().atRevision("002").afterAttempts(1);
  }

  @Test
  void aTenantWhoseVersionTableTurnsUpIsNoticedAndThenReadAsTheOthersAre() throws SQLException {
    var migration = atTarget();

    tenant("tenant_west");
    database.execute(
        "CREATE TABLE tenant_west.customer (id bigint PRIMARY KEY)",
        "CREATE TABLE tenant_west.alembic_version (version_num varchar(32) PRIMARY KEY)",
        "INSERT INTO tenant_west.alembic_version VALUES ('001')",
        "ALTER TABLE tenant_west.customer OWNER TO " + database.name(),
        "ALTER TABLE tenant_west.alembic_version OWNER TO " + database.name());

    assertThatMigration(migration)
        .has(Reason.REVISION_DRIFTED)
        .saying("tenant_west.alembic_version", "dbmigrations.io/retry");
    migration.retry("the tenant west was made");
    assertThatMigration(migration).isReady(3).atRevision("002");
    assertThat(migration.status().database().versionTables())
        .containsExactly(
            "tenant_north.alembic_version",
            "tenant_south.alembic_version",
            "tenant_west.alembic_version");

    database.execute("UPDATE tenant_west.alembic_version SET version_num = '001'");
    assertThatMigration(migration)
        .has(Reason.REVISION_DRIFTED)
        .saying("Of 3 version tables tenant_west.alembic_version has 001");
  }

  @Test
  void aTableOfThatNameWhichNoTenantHasIsLookedIntoOnce() throws SQLException {
    var migration = atTarget();

    database.execute(
        "CREATE SCHEMA reports",
        "CREATE TABLE reports.alembic_version (version_num varchar(32) PRIMARY KEY)");

    Awaitility.await("a Job that runs nothing")
        .atMost(Duration.ofSeconds(60))
        .until(() -> migration.attempts() == 2);
    assertThatMigration(migration).isReady(2).atRevision("002");
    Awaitility.await("and no other one")
        .during(Duration.ofSeconds(25))
        .atMost(Duration.ofSeconds(60))
        .until(() -> migration.attempts() == 2);
    assertThatMigration(migration).isReady().afterAttempts(2);
  }

  @Test
  void aTenantThatIsDroppedIsMissedUntilAJobHasRun() throws SQLException {
    var migration = atTarget();

    database.execute("DROP SCHEMA tenant_south CASCADE");

    assertThatMigration(migration)
        .has(Reason.REVISION_DRIFTED)
        .saying("tenant_south.alembic_version is gone", "dropped or made anew on purpose")
        .afterAttempts(1);
    migration.retry("the tenant south has left");
    assertThatMigration(migration).isReady(2).atRevision("002");
    assertThat(orders()).isEqualTo("tenant_north.orders");
  }

  private void tenant(String schema) throws SQLException {
    database.execute("CREATE SCHEMA %s AUTHORIZATION %s".formatted(schema, database.name()));
  }

  private Migration atTarget() throws SQLException {
    var migration = SCENARIO.project(database, "tenants").create();
    assertThatMigration(migration).isReady().atRevision("002").afterAttempts(1);
    assertThat(migration.status().database().versionTables())
        .containsExactly("tenant_north.alembic_version", "tenant_south.alembic_version");
    assertThat(migration.status().condition(Condition.DATABASE_OBSERVED))
        .hasValueSatisfying(observed ->
            assertThat(observed.message()).startsWith("All 2 version tables of database"));
    return migration;
  }

  private String orders() throws SQLException {
    return String.join(
        ",",
        database.tablesOfAllSchemas().stream().filter(table -> table.endsWith(".orders")).toList());
  }
}
