package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Gate;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A person changes their mind while a migration runs. */
class EditWhileRunningTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final Duration SOON = Duration.ofSeconds(10);

  // Kubernetes' garbage collector first has to get to it. Short of the Pod's grace period of 30 s:
  // by
  // its end the session would be gone without anybody's doing.
  private static final Duration BEFORE_THE_GRACE_ENDS = Duration.ofSeconds(20);

  @Test
  void anEditNeitherKillsTheJobNorIsItForgotten() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var migration = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();
    var running = migration.jobs().getFirst().getMetadata().getName();

    migration.retarget("001");

    // it is seen, and the Job goes on with what it was asked for
    assertThatMigration(migration)
        .has(Reason.MIGRATING)
        .saying(running, "001 is next")
        .notSaying("migrates to 001")
        .afterAttempts(1);
    gate.open();

    assertThatMigration(migration).isReady().atRevision("001").afterAttempts(2);
    assertThat(database.query("SELECT revision FROM ledger")).containsExactly("001");
    assertThat(migration.status().lastMigration())
        .satisfies(last -> {
          assertThat(last.from()).as("the first one was left to end").isEqualTo("003");
          assertThat(last.direction()).isEqualTo("Downgrade");
        });
  }

  @Test
  void aFailureFromBeforeAnEditIsNotTheEditsFailure() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var migration =
        SCENARIO.project(database, "gated").with("alembic.arguments.exit", "3").create();
    gate.awaitArrival();

    migration.edit("alembic.arguments.exit", null);
    gate.open();

    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(2);
    assertThat(migration.events())
        .filteredOn(event -> event.getReason().equals(Reason.INTERNAL_ERROR.wireName()))
        .extracting(Event::getNote)
        .allSatisfy(note -> assertThat(note).contains("begun before the last edit"))
        .hasSize(1);
  }

  @Test
  void aResourceThatIsDeletedTakesItsMigrationWithIt() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var before = database.contents();
    var migration = SCENARIO.project(database, "gated").create();
    var kubectl = SCENARIO.kubectl();
    gate.awaitArrival();
    var job = migration.jobs().getFirst().getMetadata().getName();
    var pod = migration.pods().getFirst().getMetadata().getName();

    migration.delete();

    Awaitility.await("the end of the migration's session")
        .atMost(BEFORE_THE_GRACE_ENDS)
        .until(() -> gate.sessions().isEmpty());
    Awaitility.await("the end of Job and Pod")
        .atMost(SOON)
        .until(() ->
            kubectl
                .run("get", "--ignore-not-found", "--output=name", "job/" + job, "pod/" + pod)
                .orFail()
                .isBlank());
    assertThat(database.contents()).isEqualTo(before);

    gate.open();
    var again = SCENARIO.project(database, "gated").create();
    assertThatMigration(again).isReady().atRevision("003").afterAttempts(1);
    assertThat(database.query("SELECT revision FROM ledger ORDER BY revision"))
        .containsExactly("001", "002", "003");
  }

  @Test
  void whatIsSuspendedStartsNothingUntilItIsResumed() throws SQLException {
    var migration = SCENARIO.project(SCENARIO.database(), "gated").with("suspend", true).create();

    assertThatMigration(migration).has(Reason.SUSPENDED).saying("spec.suspend");
    migration.retarget("001");
    assertThatMigration(migration).has(Reason.SUSPENDED);
    assertThat(migration.jobs()).isEmpty();

    migration.edit("suspend", null);
    assertThatMigration(migration).isReady().atRevision("001").afterAttempts(1);
  }

  @Test
  void aMigrationThatRunsIsLeftToEndWhenItIsSuspended() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var migration = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();

    migration.edit("suspend", true);
    assertThatMigration(migration).has(Reason.MIGRATING);
    gate.open();

    Awaitility.await("its end")
        .atMost(SOON)
        .untilAsserted(() -> assertThat(database.revisions()).containsExactly("003"));
    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(1);

    migration.retarget("001");
    assertThatMigration(migration).has(Reason.SUSPENDED).atRevision("003").afterAttempts(1);
    assertThat(migration.jobs()).hasSize(1);
    assertThat(database.revisions()).containsExactly("003");
  }

  @Test
  void anotherAttemptIsMadeWhenAPersonAsksForIt() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "gated").target("002").create();
    assertThatMigration(migration).isReady().afterAttempts(1);
    database.execute("UPDATE public.alembic_version SET version_num = '001'", "DELETE FROM ledger");

    migration.retry("after somebody had tampered with it");

    assertThatMigration(migration).isReady(2).atRevision("002");
    assertThat(database.query("SELECT revision FROM ledger")).containsExactly("002");
    migration.awaitOneJob();
  }

  @Test
  void anEditThatAsksForTheSameStartsNothing() throws SQLException {
    var migration = SCENARIO.project(SCENARIO.database(), "gated").create();
    assertThatMigration(migration).isReady().afterAttempts(1);

    migration.edit("timeouts.lock", "1s");

    assertThatMigration(migration).isReady().afterAttempts(1);
    assertThat(migration.jobs()).hasSize(1);
  }
}
