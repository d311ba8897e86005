package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody wants nothing of ours in their database: that costs what needs it, and no more. */
class WithoutHistoryTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aReleaseIsTakenBackByTheImageThatTheStatusHas() throws SQLException {
    var database = SCENARIO.database();
    var migration =
        SCENARIO.project(database, "shop").with("history", "Disabled").target("003").create();
    assertThatMigration(migration).isReady().atRevision("003");

    migration.edit(UsedShop.REVERT);

    var status = assertThatMigration(migration).isReady().atRevision("002").status();
    assertThat(status.history())
        .extracting(entry -> entry.from() + ">" + entry.to())
        .containsExactly("003>002", "base>003");
    assertThat(status.history().getFirst().image()).contains("sha256:");
    assertThat(status.attempt().outcome().warnings()).isEmpty();
    assertHasNone(database);
  }

  @Test
  void anApprovalIsAskedForAndServesOnce() throws SQLException {
    var shop = UsedShop.in(SCENARIO, Map.of("history", "Disabled"));
    var migration = shop.migration();
    var plan = shop.askedFor("002", "column customer.name (1 value)");
    migration.annotate(Names.APPROVE_ANNOTATION, plan.digest());
    var status = assertThatMigration(migration).isReady().atRevision("002").status();
    assertThat(status.history().getFirst().approvedBy()).contains("dbmigrations.io/approve");

    migration.retarget("003");
    assertThatMigration(migration).isReady().atRevision("003");
    shop.database().execute("UPDATE customer SET name = 'Ada'");
    var again = shop.askedFor("002", "column customer.name (1 value)");

    assertThat(again.digest()).isNotEqualTo(plan.digest());
    shop.assertUntouched();
    assertHasNone(shop.database());
  }

  @Test
  void anOverrideServesOnce() throws SQLException {
    var shop = UsedShop.in(SCENARIO, Map.of("history", "Disabled"));
    shop.migration().edit(Map.of("approval.override", "orders fail", "targetRevision", "002"));
    assertThatMigration(shop.migration()).isReady().atRevision("002");

    shop.askedFor("001", "table purchase (2 rows)");
    assertHasNone(shop.database());
  }

  @Test
  void anInstantCannotBeFoundAndNothingIsRun() throws SQLException {
    var shop = UsedShop.in(SCENARIO, Map.of("history", "Disabled"));

    shop.migration().retarget("@2026-01-11T10:00:00Z");

    assertThatMigration(shop.migration())
        .has(Reason.CONFIGURATION_ERROR)
        .saying("spec.history")
        .atRevision("003");
    shop.assertUntouched();
    shop.migration().retarget("003");
    assertThatMigration(shop.migration()).isReady().atRevision("003");
    assertHasNone(shop.database());
  }

  @Test
  void whatWasKeptBeforeStaysWhenItIsSwitchedOff() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").target("002").create();
    assertThatMigration(migration).isReady().atRevision("002");

    migration.edit(Map.of("history", "Disabled", "targetRevision", "003"));

    assertThatMigration(migration).isReady().atRevision("003");
    assertThat(database.query("SELECT revision FROM dbmigrations.history ORDER BY id"))
        .containsExactly("001", "002");
  }

  private static void assertHasNone(Database database) throws SQLException {
    assertThat(database.query("SELECT to_regnamespace('dbmigrations')::text")).containsOnlyNulls();
  }
}
