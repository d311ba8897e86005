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
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Something happens to a database that is at its target. The status says so, and nothing is run
 * that nobody asked for. Readings come every ten seconds in the cluster of the tests.
 */
class ObservedDatabaseTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aDatabaseThatIsDroppedEndsReady() throws SQLException {
    var database = SCENARIO.database();
    var migration = atTarget(database);

    database.recreate();

    assertThatMigration(migration)
        .has(Reason.REVISION_DRIFTED)
        .saying("is gone", "dbmigrations.io/retry")
        .afterAttempts(1);
    assertThat(database.tables()).as("nobody has asked for a migration").isEmpty();
    migration.retry("the database was made anew");
    assertThatMigration(migration).isReady(2).atRevision("002");
  }

  @Test
  void aDatabaseThatIsGoneIsNamed() throws SQLException {
    var database = SCENARIO.database();
    var migration = atTarget(database);

    database.drop();

    assertThatMigration(migration).has(Reason.DATABASE_MISSING).saying(database.name());
    assertObserved(migration, Condition.FALSE, Reason.DATABASE_MISSING);
  }

  @Test
  void aPasswordThatIsRevokedHidesTheDatabaseUntilItIsBack() throws SQLException {
    var database = SCENARIO.database();
    var migration = atTarget(database);

    database.execute("ALTER ROLE %s PASSWORD 'another'".formatted(database.name()));

    assertThatMigration(migration)
        .isHidden(Reason.AUTHENTICATION_FAILED)
        .saying("still at 002", "cannot be confirmed")
        .notSaying("another", database.password())
        .afterAttempts(1);

    database.execute("ALTER ROLE %s PASSWORD '%s'".formatted(database.name(), database.password()));
    assertThatMigration(migration).isReady().atRevision("002").afterAttempts(1);
    assertObserved(migration, Condition.TRUE, Reason.DATABASE_READ);
  }

  @Test
  void anEditThatWasAnsweredIsNotTakenForALaterChangeOutside() throws SQLException {
    var database = SCENARIO.database();
    var migration = atTarget(database);
    migration.edit("timeouts.lock", "7s");
    assertThatMigration(migration).isReady().afterAttempts(1);
    SCENARIO.alembic(database, "gated").run(List.of("upgrade 003"));

    assertThatMigration(migration)
        .has(Reason.REVISION_DRIFTED)
        .saying("The version table has 003", "left it at 002")
        .afterAttempts(1);
    Awaitility.await("nothing is taken back")
        .during(Duration.ofSeconds(15))
        .atMost(Duration.ofSeconds(40))
        .until(() -> database.revisions().getFirst().equals("003") && migration.attempts() == 1);
  }

  private static Migration atTarget(Database database) throws SQLException {
    var migration = SCENARIO.project(database, "gated").target("002").create();
    assertThatMigration(migration).isReady().atRevision("002").afterAttempts(1);
    return migration;
  }

  private static void assertObserved(Migration migration, String status, Reason reason) {
    assertThat(migration.status().condition(Condition.DATABASE_OBSERVED))
        .hasValueSatisfying(condition -> {
          assertThat(condition.status()).isEqualTo(status);
          assertThat(condition.reason()).isEqualTo(reason.wireName());
        });
  }
}
