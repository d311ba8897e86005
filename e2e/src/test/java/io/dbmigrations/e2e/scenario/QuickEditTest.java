package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Gate;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Edits that come faster than Pods start: the last one counts, and what it replaced does nothing.
 */
class QuickEditTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final Duration LONG_ENOUGH = Duration.ofSeconds(10);

  @Test
  void theLastOfTwoQuickEditsIsWhereTheDatabaseEnds() throws Exception {
    var migrations = new LinkedHashMap<Database, Migration>();
    for (int i = 0; i < 8; i++) {
      var database = SCENARIO.database();
      migrations.put(database, SCENARIO.project(database, "gated").target("base").create());
    }
    for (var migration : migrations.values()) {
      assertThatMigration(migration).isReady();
    }

    migrations.values().forEach(migration -> migration.retarget("003"));
    TimeUnit.MILLISECONDS.sleep(700);
    migrations.values().forEach(migration -> migration.retarget("001"));

    for (var migration : migrations.values()) {
      assertThatMigration(migration).isReady().atRevision("001");
    }
    Awaitility.await("no earlier edit comes after it")
        .during(LONG_ENOUGH)
        .atMost(LONG_ENOUGH.multipliedBy(3))
        .until(() -> {
          for (var database : migrations.keySet()) {
            if (!database.revisions().equals(List.of("001"))) {
              return false;
            }
          }
          return true;
        });
  }

  @Test
  void aResourceThatIsMadeAnewUnderItsNameHasTheLastWord() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var first = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();

    first.delete();
    var second = SCENARIO.project(database, "gated").target("001").create();
    gate.open();

    assertThatMigration(second).isReady().atRevision("001").withTarget("001");
    assertThat(second.status().attempt().number()).as("counted anew").isEqualTo(1);
    Awaitility.await("the former one's Job does nothing any more")
        .during(LONG_ENOUGH)
        .atMost(LONG_ENOUGH.multipliedBy(3))
        .until(() -> database.revisions().equals(List.of("001")));
  }

  @Test
  void whatHasNotBegunToRunDoesNotBeginWhileSuspended() throws SQLException {
    var database = SCENARIO.database();
    var migration =
        SCENARIO
            .project(database, "gated")
            .image("localhost/not-yet-pushed:1")
            .with("imagePullPolicy", "IfNotPresent")
            .create();
    assertThatMigration(migration).has(Reason.IMAGE_PULL_FAILED);

    migration.edit("suspend", true);

    assertThatMigration(migration).has(Reason.SUSPENDED);
    Awaitility.await("nothing is left that could begin")
        .atMost(Duration.ofSeconds(20))
        .until(() -> migration.jobs().isEmpty() && migration.pods().isEmpty());
  }

  @Test
  void aJobThatIsDeletedWhileItRunsIsMadeAgainWhenItsPodIsGone() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var migration = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();

    SCENARIO.client().resource(migration.jobs().getFirst()).delete();
    gate.open();

    assertThatMigration(migration).isReady().atRevision("003");
    assertThat(database.query("SELECT revision FROM ledger ORDER BY revision"))
        .containsExactly("001", "002", "003");
  }

  @Test
  void logsAreFoundByTheNameOfTheResource() throws SQLException {
    var migration = SCENARIO.project(SCENARIO.database(), "gated").create();
    assertThatMigration(migration).isReady();

    assertThat(
            SCENARIO
                .kubectl()
                .run("logs", "-l", Names.NAME_LABEL + "=" + migration.name(), "--tail=-1")
                .orFail())
        .contains("AtTargetRevision");
  }
}
