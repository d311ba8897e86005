package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A Secret that does not lead into the database. Correcting it, or what it leads to, is noticed
 * without a word to the operator.
 */
class WrongSecretTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private Database database;
  private String before;

  @BeforeEach
  void somebodysData() throws SQLException {
    database = SCENARIO.database();
    database.execute("CREATE TABLE precious AS SELECT 1 AS row");
    before = database.contents();
  }

  @Test
  void aSecretThatIsMissingIsNamed() throws SQLException {
    var migration = shop();
    var secret = migration.name() + "-later";
    migration.with("database.secretRef.name", secret).create();

    assertUntouched(
        migration,
        Reason.SECRET_MISSING,
        secret,
        "does not exist",
        SCENARIO.namespace(),
        "key url");
    assertThat(migration.jobs()).as("a Job would only wait for it").isEmpty();
    SCENARIO.secret(secret, "url", rightUrl());
    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(1);
  }

  @Test
  void aKeyThatIsMissingIsNamed() throws SQLException {
    var migration = shop().with("database.secretRef.key", "dsn").create();

    assertUntouched(migration, Reason.SECRET_MISSING, "no key dsn", "it has url", migration.name());
    migration.edit("database.secretRef.key", "url");
    assertThatMigration(migration).isReady();
  }

  @Test
  void aWrongPasswordIsNoticedWhenTheSecretIsCorrected() throws SQLException {
    var migration = withUrl(database.url("postgresql+psycopg", database.name(), "wrong-one"));

    assertUntouched(
        migration,
        Reason.AUTHENTICATION_FAILED,
        "password authentication failed",
        database.name(),
        "postgres.platform.svc",
        "in the Secret");
    assertThatMigration(migration).has(Reason.AUTHENTICATION_FAILED).notSaying("wrong-one");
    SCENARIO.secret(migration.name(), "url", rightUrl());
    assertThatMigration(migration).isReady().atRevision("003");
  }

  @Test
  void aWrongPasswordIsNoticedWhenItIsChangedInTheDatabase() throws SQLException {
    var migration = withUrl(database.url("postgresql+psycopg", database.name(), "the-new-one"));
    assertUntouched(migration, Reason.AUTHENTICATION_FAILED, "password authentication failed");

    database.execute("ALTER ROLE %s PASSWORD 'the-new-one'".formatted(database.name()));

    assertThatMigration(migration).isReady().atRevision("003");
  }

  @Test
  void aHostThatIsUnknownIsNamed() throws SQLException {
    var migration = withUrl(rightUrl().replace("postgres.platform", "nowhere.platform"));

    assertUntouched(
        migration,
        Reason.DATABASE_UNREACHABLE,
        "nowhere.platform.svc:5432",
        "host and port",
        "tried again by itself, at ");
    SCENARIO.secret(migration.name(), "url", rightUrl());
    assertThatMigration(migration).isReady();
  }

  @Test
  void aHostThatDoesNotAnswerIsGivenUpInTime() throws SQLException {
    var silent = SCENARIO.blackHole();
    var migration = withUrl(rightUrl().replace("postgres.platform.svc", silent));

    assertUntouched(
        migration, Reason.DATABASE_UNREACHABLE, silent + ":5432 did not answer", "host and port");
    SCENARIO.secret(migration.name(), "url", rightUrl());
    assertThatMigration(migration).isReady();
  }

  @Test
  void aPortWhereNobodyListensIsNamed() throws SQLException {
    var migration = withUrl(rightUrl().replace(":5432", ":5433"));

    assertUntouched(migration, Reason.DATABASE_UNREACHABLE, "postgres.platform.svc:5433");
    SCENARIO.secret(migration.name(), "url", rightUrl());
    assertThatMigration(migration).isReady();
  }

  @Test
  void aDatabaseThatDoesNotExistIsNamed() throws SQLException {
    var absent = database.name() + "_absent";
    var migration = withUrl(rightUrl().replaceAll("[^/]+$", absent));

    assertUntouched(migration, Reason.DATABASE_MISSING, absent, "tried again by itself");
    SCENARIO.secret(migration.name(), "url", rightUrl());
    assertThatMigration(migration).isReady();
  }

  @Test
  void aValueThatIsNoUrlIsSaidSoWithoutShowingIt() throws SQLException {
    var migration = withUrl("host=postgres password=hunter2");

    assertUntouched(
        migration, Reason.CONFIGURATION_ERROR, "of libpq's form", "dbmigrations.io/retry");
    assertThatMigration(migration).has(Reason.CONFIGURATION_ERROR).notSaying("hunter2");
    SCENARIO.secret(migration.name(), "url", rightUrl());
    migration.retry("the Secret is corrected");
    assertThatMigration(migration).isReady();
  }

  @Test
  void aRoleThatMayNotCreateTablesIsToldWhatItMayNot() throws SQLException {
    database.execute("ALTER DATABASE %s OWNER TO postgres".formatted(database.name()));
    before = database.contents();
    var migration = shop().create();

    assertUntouched(
        migration,
        Reason.PERMISSION_DENIED,
        "Role " + database.name(),
        "CREATE TABLE alembic_version",
        "permission denied for schema public",
        "Grant",
        "dbmigrations.io/retry");
    database.execute("GRANT CREATE ON SCHEMA public TO %s".formatted(database.name()));
    migration.retry("granted");
    assertThatMigration(migration).isReady();
  }

  @Test
  void aPoolerIsRecognisedBeforeItTakesTheLockAway() throws SQLException {
    var pooler = SCENARIO.pooler(database, "transaction");
    var migration = withUrl(rightUrl().replace("postgres.platform.svc", pooler));

    assertUntouched(
        migration, Reason.POOLER_DETECTED, "PgBouncer", "lead to PostgreSQL itself", "/retry");
    SCENARIO.secret(migration.name(), "url", rightUrl());
    migration.retry("the URL leads to PostgreSQL");
    assertThatMigration(migration).isReady().atRevision("003");
  }

  private Migration shop() {
    return SCENARIO
        .project(database, "shop")
        .with("retry.backoff", "1s")
        .with("retry.maxBackoff", "2s")
        .with("retry.limit", 100);
  }

  private Migration withUrl(String url) {
    var migration = shop();
    SCENARIO.secret(migration.name(), "url", url);
    return migration.create();
  }

  private String rightUrl() {
    return database.url("postgresql+psycopg");
  }

  private void assertUntouched(Migration migration, Reason reason, String... words)
      throws SQLException {
    assertThatMigration(migration).has(reason).saying(words);
    assertThat(database.contents()).isEqualTo(before);
  }
}
