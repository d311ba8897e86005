package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A script or env.py fails. What failed is named, and nobody runs it again unasked. */
class FailedMigrationTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  // Longer than the operator waits before it tries a transient failure again.
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);

  @Test
  void anSqlErrorIsNamedAndLeavesNothingBehindUntilItsCauseIsMended() throws SQLException {
    var database = SCENARIO.database();
    var migration = at001(database, "sql-error");
    database.execute("INSERT INTO customer VALUES (1, 'a@example.com'), (2, 'a@example.com')");
    var before = database.contents();

    migration.retarget("head");

    var status =
        assertThatMigration(migration)
            .has(Reason.MIGRATION_FAILED)
            .saying(
                "upgrade() of revision 002",
                "could not create unique index",
                "SQLSTATE 23505",
                "dbmigrations.io/retry")
            .notSaying("a@example.com")
            .atRevision("001")
            .status();
    assertThat(status.attempt().outcome().revision()).isEqualTo("002");
    assertThat(status.attempt().outcome().sqlstate()).isEqualTo("23505");
    assertThat(database.contents()).isEqualTo(before);

    migration.retry("without having mended anything");
    assertThatMigration(migration).has(Reason.MIGRATION_FAILED, 3).afterAttempts(3);
    assertThat(database.contents()).isEqualTo(before);

    database.execute("DELETE FROM customer WHERE id = 2");
    migration.retry("the duplicate is gone");
    assertThatMigration(migration).isReady().atRevision("002").afterAttempts(4);
  }

  @Test
  void aFailingScriptIsNotRunAgainByItself() throws SQLException, InterruptedException {
    var database = SCENARIO.database();
    database.execute("CREATE TABLE customer (id int)");
    var migration = SCENARIO.project(database, "shop").create();
    assertThatMigration(migration)
        .has(Reason.MIGRATION_FAILED)
        .saying("revision 001", "already exists", "42P07");
    var resource = migration.current();

    Thread.sleep(LONG_ENOUGH);

    assertThat(migration.jobs()).hasSize(1);
    assertThat(migration.pods()).hasSize(1);
    assertThat(migration.current()).as("nothing was written either").isEqualTo(resource);
  }

  @Test
  void whatBecomesOfADatabaseThatIsLeftToAPersonIsSeen() throws SQLException {
    var database = SCENARIO.database();
    var migration = at001(database, "sql-error");
    database.execute("INSERT INTO customer VALUES (1, 'a@example.com'), (2, 'a@example.com')");
    migration.retarget("002");
    assertThatMigration(migration).has(Reason.MIGRATION_FAILED).atRevision("001");

    database.execute(
        "DELETE FROM customer WHERE id = 2",
        "CREATE UNIQUE INDEX by_hand ON customer (email)",
        "UPDATE alembic_version SET version_num = '002'");
    assertThatMigration(migration).isReady().atRevision("002");
    assertThat(migration.events())
        .extracting(Event::getReason)
        .containsOnlyOnce(Reason.MIGRATION_FAILED.wireName());
  }

  @Test
  void aDatabaseThatIsDroppedAfterAFailureIsNotSaidToBeThere() throws SQLException {
    var database = SCENARIO.database();
    database.execute("CREATE TABLE customer (id int)");
    var migration = SCENARIO.project(database, "shop").create();
    assertThatMigration(migration).has(Reason.MIGRATION_FAILED);

    database.drop();

    Awaitility.await("the next look")
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            migration
                .status()
                .condition(Condition.DATABASE_OBSERVED)
                .filter(seen -> seen.reason().equals(Reason.DATABASE_MISSING.wireName()))
                .isPresent());
    assertThatMigration(migration).has(Reason.MIGRATION_FAILED);
  }

  @Test
  void anEnvPyThatRollsEverythingBackIsNeverReady() throws SQLException {
    var database = SCENARIO.database();
    database.execute("CREATE TABLE precious AS SELECT 1 AS row");
    var before = database.contents();
    var migration = SCENARIO.project(database, "rolls-back").create();

    assertThatMigration(migration)
        .has(Reason.NOT_COMMITTED)
        .saying(
            "nothing was committed", "rolls-back/migrations/env.py", "before context.configure()")
        .atRevision("base");
    assertThat(database.contents()).isEqualTo(before);
    assertThat(migration.events())
        .extracting(Event::getReason)
        .doesNotContain(Reason.AT_TARGET_REVISION.wireName());
    aCorrectedImage(migration);
  }

  @Test
  void whatIsHalfAppliedIsNamed() throws SQLException {
    var database = SCENARIO.database();
    var migration = at001(database, "half-committed");

    migration.retarget("head");

    assertThatMigration(migration)
        .has(Reason.PARTIALLY_APPLIED)
        .saying(
            "revision 002",
            "CREATE INDEX CONCURRENTLY idx_customer_email",
            "relation \"absent\" does not exist",
            "by hand")
        .atRevision("001");
    database.execute(
        "DROP INDEX idx_customer_email",
        "CREATE TABLE absent ()",
        "ALTER TABLE absent OWNER TO " + database.name());
    migration.retry("taken back by hand, and its cause is mended");
    assertThatMigration(migration).isReady().atRevision("002");
  }

  @Test
  void anIndexThatIsInvalidIsNamed() throws SQLException {
    var database = SCENARIO.database();
    var migration = at001(database, "invalid-index");
    database.execute("INSERT INTO customer VALUES (1, 'a@example.com'), (2, 'a@example.com')");

    migration.retarget("head");

    assertThatMigration(migration)
        .has(Reason.INVALID_INDEX)
        .saying("public.idx_customer_email", "DROP INDEX CONCURRENTLY", "duplicate")
        .notSaying("a@example.com")
        .atRevision("001");
    database.execute(
        "DROP INDEX CONCURRENTLY idx_customer_email", "DELETE FROM customer WHERE id = 2");
    migration.retry("the index is dropped, and the duplicate is gone");
    assertThatMigration(migration).isReady().atRevision("002");
  }

  @Test
  void anIndexThatAnAttemptLeftInvalidIsDroppedByTheNextWhereThatIsAllowed() throws SQLException {
    var database = SCENARIO.database();
    var migration = at001(database, "invalid-index");
    database.execute("INSERT INTO customer VALUES (1, 'a@example.com'), (2, 'a@example.com')");

    migration.edit("invalidIndexes", "Drop").retarget("head");

    assertThatMigration(migration)
        .has(Reason.INVALID_INDEX)
        .saying("public.idx_customer_email", "duplicate", "the index is dropped first")
        .atRevision("001");
    database.execute("DELETE FROM customer WHERE id = 2");
    migration.retry("the duplicate is gone");
    assertThatMigration(migration).isReady().atRevision("002");
    assertThat(
            database.query(
                "SELECT obj_description('alembic_version'::regclass) LIKE '%idx_customer%'"))
        .as("nothing is noted of it any more")
        .containsExactly("f");
  }

  private static Migration at001(Database database, String project) {
    var migration = SCENARIO.project(database, project).target("001").create();
    assertThatMigration(migration).isReady().atRevision("001");
    return migration;
  }

  private static void aCorrectedImage(Migration migration) {
    migration.edit("alembic.workingDirectory", "/projects/shop");
    assertThatMigration(migration).isReady().atRevision("003");
  }
}
