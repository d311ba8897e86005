package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.HeldTable;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A rollback comes while something else is on its way. The images of these releases differ in their
 * working directory; the older one has no script for 003.
 */
class RollbackMeanwhileTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final String DIRECTORY = "alembic.workingDirectory";
  private static final String NEWER = "/projects/shop";
  private static final String OLDER = "/projects/shop-before";

  @Test
  void aReleaseThatIsStillMigratingEndsAndIsTakenBackThen() throws SQLException {
    var database = SCENARIO.database();
    var migration = at("002", database, OLDER);
    var before = database.contents();

    try (var held = HeldTable.of(database, "customer")) {
      commit(migration, NEWER, "003");
      held.awaitMigration();

      commit(migration, OLDER, "002");

      assertThatMigration(migration)
          .has(Reason.MIGRATING)
          .saying("migrates to 003", "002 is next")
          .afterAttempts(2);
    }

    var status = assertThatMigration(migration).isReady().atRevision("002").status();
    assertThat(steps(migration)).containsExactly("003>002", "002>003", "base>002");
    assertThat(status.history())
        .extracting(HistoryEntry::reason)
        .as("none was broken off")
        .containsOnly("AtTargetRevision");
    assertThat(database.contents()).isEqualTo(before);
  }

  @Test
  void whereAnotherPlanWaitsItTakesThatOnesPlace() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var migration = shop.migration();
    var waiting = shop.askedFor("002", "column customer.name (1 value)");

    commit(migration, OLDER, "001");
    var next = shop.asks("table purchase (2 rows)", "column customer.name (1 value)");

    assertThat(next.digest()).isNotEqualTo(waiting.digest());
    assertThat(next.to()).isEqualTo("001");
    assertThat(sql(migration)).contains("DROP TABLE purchase").doesNotContain(waiting.digest());
    shop.assertUntouched();
    migration.edit("approval.plan", next.digest());
    assertThatMigration(migration).isReady().atRevision("001");
    assertThat(shop.database().tables()).containsExactly("customer");
  }

  @Test
  void whatWaitsIsForgottenWhereTheTargetIsSetBack() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var plan = shop.askedFor("002", "column customer.name (1 value)");

    shop.migration().retarget("003");

    var status = assertThatMigration(shop.migration()).isReady().atRevision("003").status();
    assertThat(status.plan()).isNull();
    assertThat(SCENARIO.kubectl().run("get", "configmap", shop.migration().name() + "-plan").code())
        .isNotZero();
    shop.migration().annotate(Names.APPROVE_ANNOTATION, plan.digest());
    shop.migration().retarget("head");
    assertThatMigration(shop.migration()).isReady().atRevision("003");
    shop.assertUntouched();
  }

  @Test
  void aSecondRollbackInTheMiddleOfTheFirstEndsWhereTheSecondSays() throws SQLException {
    var database = SCENARIO.database();
    var migration = at("003", database, NEWER);

    try (var held = HeldTable.of(database, "customer")) {
      commit(migration, OLDER, "002");
      held.awaitMigration();
      migration.retarget("001");
      assertThatMigration(migration).has(Reason.MIGRATING).saying("001 is next");
    }

    var status = assertThatMigration(migration).isReady().atRevision("001").status();
    assertThat(steps(migration)).containsExactly("002>001", "003>002", "base>003");
    assertThat(status.attempt().image()).isEqualTo(migration.current().getSpec().image());
    assertThat(database.tables()).containsExactly("customer");
  }

  @Test
  void aRevertOfTheRevertInItsMiddleEndsWithTheNewerRelease() throws SQLException {
    var database = SCENARIO.database();
    var migration = at("003", database, NEWER);
    var before = database.contents();

    try (var held = HeldTable.of(database, "customer")) {
      commit(migration, OLDER, "002");
      held.awaitMigration();
      commit(migration, NEWER, "003");
      assertThatMigration(migration).has(Reason.MIGRATING).saying("003 is next");
    }

    assertThatMigration(migration).isReady().atRevision("003");
    assertThat(steps(migration)).containsExactly("002>003", "003>002", "base>003");
    assertThat(database.contents()).isEqualTo(before);
  }

  @Test
  void aSecondRollbackThatWouldDeleteAsksAlthoughTheFirstOneWasApproved() throws SQLException {
    var shop = UsedShop.in(SCENARIO, Map.of("timeouts.lock", HeldTable.PATIENCE));
    var migration = shop.migration();
    var first = shop.askedFor("002", "column customer.name (1 value)");

    try (var held = HeldTable.of(shop.database(), "customer")) {
      migration.annotate(Names.APPROVE_ANNOTATION, first.digest());
      held.awaitMigration();
      migration.retarget("001");
      assertThatMigration(migration).has(Reason.MIGRATING).saying("001 is next");
    }

    var second = shop.asks("table purchase (2 rows)");
    assertThat(second.from()).isEqualTo("002");
    assertThat(second.digest()).isNotEqualTo(first.digest());
    assertThat(shop.database().query("SELECT count(*)::text FROM purchase")).containsExactly("2");
    migration.annotate(Names.APPROVE_ANNOTATION, second.digest());
    assertThatMigration(migration).isReady().atRevision("001");
  }

  private static Migration at(String revision, Database database, String directory) {
    var migration =
        SCENARIO
            .project(database, "shop")
            .with(DIRECTORY, directory)
            .with("timeouts.lock", HeldTable.PATIENCE)
            .target(revision)
            .create();
    assertThatMigration(migration).isReady().atRevision(revision);
    return migration;
  }

  // One commit, of a release or of its revert.
  private static void commit(Migration migration, String directory, String target) {
    migration.edit(Map.of(DIRECTORY, directory, "targetRevision", target));
  }

  private static List<String> steps(Migration migration) {
    return migration.status().history().stream()
        .map(entry -> entry.from() + ">" + entry.to())
        .toList();
  }

  private static String sql(Migration migration) {
    return SCENARIO
        .kubectl()
        .run("get", "configmap", migration.name() + "-plan", "--output=jsonpath={.data.plan\\.sql}")
        .orFail();
  }
}
