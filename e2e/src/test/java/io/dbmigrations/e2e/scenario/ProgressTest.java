package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.ProgressStatus;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How far a migration is that takes its time, and for whom it waits. */
class ProgressTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void theStatusNamesTheStepAndWhoHoldsItUp() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").target("002").create();
    assertThatMigration(migration).isReady().atRevision("002");

    try (var holder = database.connect();
        var statement = holder.createStatement()) {
      statement.execute("SET application_name = 'nightly-report'");
      holder.setAutoCommit(false);
      statement.execute("LOCK TABLE customer IN ACCESS SHARE MODE");
      migration.edit("timeouts.lock", "120s");
      migration.retarget("003");

      var progress = progress(migration);
      assertThat(progress.step()).isEqualTo(1);
      assertThat(progress.of()).isEqualTo(1);
      assertThat(progress.revision()).isEqualTo("003");
      assertThat(progress.direction()).isEqualTo("Upgrade");
      assertThat(progress.since()).isNotNull();
      assertThat(progress.waitingFor()).contains("application nightly-report");
      assertThat(migration.status().condition(Condition.READY).orElseThrow().message())
          .contains("step 1 of 1, revision 003", "it waits for process");
      holder.rollback();
    }
    assertThatMigration(migration).isReady().atRevision("003");
    assertThat(migration.status().progress()).isNull();
  }

  private static ProgressStatus progress(Migration migration) {
    Awaitility.await("a step that waits")
        .atMost(Duration.ofSeconds(40))
        .until(() ->
            migration.status().progress() != null
                && migration.status().progress().waitingFor() != null);
    return Objects.requireNonNull(migration.status().progress());
  }
}
