package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Somebody else applies a revision with a plain {@code alembic} and writes into what it made. That
 * is taken back only for who asks for it: with the target, or with the annotation.
 */
class ForeignRevisionsTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aRepetitionTakesNothingBackThatCameInThePause() throws SQLException {
    var database = SCENARIO.database();
    var migration =
        SCENARIO
            .project(database, "shop")
            .target("001")
            .with("timeouts.lock", "2s")
            .with("retry.backoff", "40s")
            .with("approval.rollbacks", "Never")
            .create();
    assertThatMigration(migration).isReady().atRevision("001");
    try (var connection = database.connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE public.customer IN ACCESS EXCLUSIVE MODE");
      migration.retarget("002");
      assertThatMigration(migration).has(Reason.LOCK_TIMEOUT, 2);
      connection.rollback();
    }
    migrateOnAndWrite(database);

    assertThatMigration(migration)
        .has(Reason.REVISION_DRIFTED, 3)
        .saying(
            "has 003",
            "left its database at 001",
            "1 revision back that somebody else applied (003)")
        .saying("nothing was run", "dbmigrations.io/retry")
        .atRevision("003");
    assertIsThere(database);

    migration.retry("it may go");
    assertThatMigration(migration).isReady(4).atRevision("002");
  }

  @Test
  void anEditThatLeavesTheTargetTakesNothingBack() throws SQLException {
    var database = SCENARIO.database();
    var migration = drifted(database);

    // As of the image: another request, and the same target.
    migration.edit("alembic.arguments", Map.of("release", "2"));

    assertThatMigration(migration)
        .has(Reason.REVISION_DRIFTED, 2)
        .saying(
            "has 003", "left its database at 001", "2 revisions back that somebody else applied")
        .atRevision("003");
    assertIsThere(database);

    migration.edit("alembic.arguments", Map.of("release", "3"));
    assertThatMigration(migration).has(Reason.REVISION_DRIFTED, 3);
    assertIsThere(database);

    migration.retarget("003");
    assertThatMigration(migration).isReady(4).atRevision("003");
    assertIsThere(database);
  }

  @Test
  void theRemovalOfTheAnnotationTakesNothingBack() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").target("001").create();
    assertThatMigration(migration).isReady().atRevision("001");
    migration.retry("once more");
    assertThatMigration(migration).isReady(2).atRevision("001");
    migrateOnAndWrite(database);
    assertThatMigration(migration).has(Reason.REVISION_DRIFTED).afterAttempts(2);

    migration.forgetRetry();

    Awaitility.await("nothing is taken back")
        .during(Duration.ofSeconds(15))
        .atMost(Duration.ofSeconds(40))
        .until(() -> database.revisions().getFirst().equals("003") && migration.attempts() == 2);
    assertIsThere(database);
  }

  private static Migration drifted(Database database) throws SQLException {
    var migration = SCENARIO.project(database, "shop").target("001").create();
    assertThatMigration(migration).isReady().atRevision("001").afterAttempts(1);
    migrateOnAndWrite(database);
    assertThatMigration(migration).has(Reason.REVISION_DRIFTED).afterAttempts(1);
    return migration;
  }

  private static void migrateOnAndWrite(Database database) throws SQLException {
    SCENARIO.alembic(database, "shop").run(List.of("upgrade 003"));
    database.execute("INSERT INTO customer (id, name) VALUES (1, 'Ada')");
  }

  private static void assertIsThere(Database database) throws SQLException {
    assertThat(database.query("SELECT name FROM customer")).containsExactly("Ada");
  }
}
