package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What may not be taken back is found before anything runs, and allowed by an edit. */
class RollbackGuardsTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void stepsThatTakeNothingBackAreFoundBeforeAnythingRuns() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "irreversible").create();
    assertThatMigration(migration).isReady().atRevision("005");
    var before = database.contents();

    migration.retarget("001");

    assertThatMigration(migration)
        .has(Reason.IRREVERSIBLE)
        .saying(
            "2 of the 4 steps down to 001",
            "nothing was run",
            "003 (003_drop_email.py) has a downgrade() that does nothing",
            "002 (002_drop_phone.py) has no downgrade()",
            "spec.rollback.irreversible")
        .atRevision("005");
    assertThat(database.contents()).isEqualTo(before);

    migration.edit("rollback.irreversible", "Allow");
    assertThatMigration(migration)
        .has(Reason.IRREVERSIBLE)
        .saying("002 (002_drop_phone.py) has no downgrade()", "write it")
        .atRevision("005");
    assertThat(database.contents()).isEqualTo(before);

    migration.retarget("002");
    assertThatMigration(migration).isReady().atRevision("002");
    assertThat(database.query("SELECT * FROM customer")).isEmpty();
  }

  @Test
  void aDowngradeThatRaisesIsFoundBeforeAnythingRunsAndTakesNothingBackWhenItIsAllowed()
      throws SQLException {
    var database = SCENARIO.database();
    var migration =
        SCENARIO.project(database, "downgrade-raises").with("approval.rollbacks", "Never").create();
    assertThatMigration(migration).isReady().atRevision("003");
    var before = database.contents();

    migration.retarget("001");

    assertThatMigration(migration)
        .has(Reason.IRREVERSIBLE)
        .saying("002 (002_drop_email.py) has a downgrade() that only raises NotImplementedError")
        .atRevision("003");
    assertThat(database.contents()).isEqualTo(before);

    migration.edit("rollback.irreversible", "Allow");
    assertThatMigration(migration)
        .has(Reason.MIGRATION_FAILED)
        .saying(
            "downgrade() of revision 002",
            "NotImplementedError: the addresses are gone for good",
            "002_drop_email.py:",
            "choose a target that needs no such step")
        .atRevision("003");
    assertThat(database.contents()).isEqualTo(before);
    migration.retarget("002");
    assertThatMigration(migration).isReady().atRevision("002");
  }

  @Test
  void whereRollbacksAreForbiddenOnlyAnEditOfThePolicyLetsOneRun() throws SQLException {
    var database = SCENARIO.database();
    var migration =
        SCENARIO.project(database, "shop").target("002").with("rollback.policy", "Forbid").create();
    assertThatMigration(migration).isReady().atRevision("002");
    migration.retarget("head");
    assertThatMigration(migration).isReady().atRevision("003");
    var before = database.contents();

    migration.retarget("001");

    assertThatMigration(migration)
        .has(Reason.ROLLBACK_FORBIDDEN)
        .saying("takes back 003, 002", "spec.rollback.policy is Forbid", "nothing was run")
        .atRevision("003");
    assertThat(database.contents()).isEqualTo(before);

    migration.edit("rollback.policy", "Allow");
    assertThatMigration(migration).isReady().atRevision("001");
  }
}
