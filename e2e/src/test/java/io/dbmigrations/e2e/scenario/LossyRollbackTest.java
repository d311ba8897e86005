package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.PlanStep;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A rollback that would delete what is there waits until somebody has approved it. */
class LossyRollbackTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aRollbackThatWouldDeleteRowsSaysWhichAndRunsWhenItIsApproved() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var migration = shop.migration();

    var plan = shop.askedFor("001", "table purchase", "2 rows", "column customer.name", "1 value");
    assertThat(plan.direction()).isEqualTo("Downgrade");
    assertThat(plan.from()).isEqualTo("003");
    assertThat(plan.to()).isEqualTo("001");
    assertThat(plan.count()).isEqualTo(2);
    assertThat(plan.deletes()).hasSize(2);
    assertThat(plan.missing()).isNull();
    assertThat(plan.steps()).extracting(PlanStep::revision).containsExactly("003", "002");
    assertThat(plan.steps().getFirst().deletes()).containsExactly("column customer.name (1 value)");
    shop.assertUntouched();
    var name = migration.name() + "-plan";
    assertThat(plan.sql()).isEqualTo(name);
    var sql = sql(name).orElseThrow();
    assertThat(sql).contains("ALTER TABLE customer DROP COLUMN name;", "DROP TABLE purchase;");

    migration.annotate(Names.APPROVE_ANNOTATION, plan.digest().substring(0, 12));

    var status = assertThatMigration(migration).isReady().atRevision("001").status();
    assertThat(status.plan()).isNull();
    assertThat(status.history().getFirst().image())
        .as("what a tag points at by now does not count")
        .isEqualTo(plan.image())
        .contains("sha256:");
    assertThat(status.history().getFirst().plan()).isEqualTo(plan.digest());
    assertThat(status.history().getFirst().approvedBy())
        .startsWith("the annotation dbmigrations.io/approve, written by ");
    assertThat(shop.database().tables()).containsExactly("customer");
    assertThat(sql(name)).isEmpty();
    assertThat(sql(name + "-" + plan.digest().substring(0, 12))).contains(sql);
  }

  @Test
  void anApprovalInTheSpecificationServesOnce() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var migration = shop.migration();
    var plan = shop.askedFor("002", "column customer.name");

    migration.edit("approval.plan", plan.digest().substring(0, 8));
    assertThatMigration(migration).isReady().atRevision("002");

    // the same again, months later
    migration.retarget("003");
    assertThatMigration(migration).isReady().atRevision("003");
    shop.database().execute("UPDATE customer SET name = 'Ada'");
    var again = shop.askedFor("002", "column customer.name", plan.digest().substring(0, 8));
    assertThat(again.digest()).isNotEqualTo(plan.digest());
    assertThat(shop.database().query("SELECT name FROM customer")).containsExactly("Ada");
  }

  @Test
  void whatDeletesNothingIsNotAskedForUnlessThatIsWanted() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").create();
    assertThatMigration(migration).isReady().atRevision("003");
    migration.retarget("001");
    assertThatMigration(migration).isReady().atRevision("001").afterAttempts(2);

    migration.edit(Map.of("approval.upgrades", "Always", "targetRevision", "002"));
    assertThatMigration(migration).has(Reason.APPROVAL_REQUIRED).saying("from 001 up to 002");
    assertThat(migration.status().plan().deletes()).isEmpty();
    migration.edit("approval.upgrades", "Never");
    assertThatMigration(migration).isReady().atRevision("002");
  }

  @Test
  void aRejectedPlanEndsTheWaiting() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var migration = shop.migration();
    var plan = shop.askedFor("002", "column customer.name");

    migration.annotate(Names.REJECT_ANNOTATION, plan.digest().substring(0, 12));
    assertThatMigration(migration).has(Reason.PLAN_REJECTED).saying("it is at 003");
    migration.retarget("003");
    assertThatMigration(migration).isReady().atRevision("003");
    assertThat(shop.database().query("SELECT name FROM customer")).containsExactly("Ada");
  }

  @Test
  void inAnEmergencyAReasonIsEnoughOnce() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var migration = shop.migration();
    migration.edit(Map.of("approval.override", "orders fail", "targetRevision", "002"));

    var status = assertThatMigration(migration).isReady().atRevision("002").status();
    assertThat(status.history().getFirst().override()).isEqualTo("orders fail");

    shop.askedFor("001", "table purchase");
  }

  @Test
  void aPlanIsMadeAnewWhereSomebodyElseMigratesMeanwhile() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var migration = shop.migration();
    var plan = shop.askedFor("001", "table purchase", "column customer.name");

    SCENARIO.alembic(shop.database(), "shop").run(List.of("downgrade 002"));

    Awaitility.await("the reading that finds other rows")
        .atMost(Duration.ofSeconds(40))
        .until(() -> isAnother(plan, migration.status()));
    shop.asks("from 002 down to 001", "table purchase");
    migration.annotate(Names.APPROVE_ANNOTATION, plan.digest());
    Awaitility.await("what is said of the other annotation")
        .atMost(Duration.ofSeconds(40))
        .until(() -> message(migration.status()).contains("which is not this plan"));
    assertThat(shop.database().query("SELECT count(*)::text FROM purchase")).containsExactly("2");
  }

  @Test
  void aPlanAloneRunsNothing() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").with("mode", "Plan").create();
    assertThatMigration(migration)
        .has(Reason.PLANNED)
        .saying("from base up to 003", "Nothing was run");
    assertThat(database.tables()).isEmpty();

    migration.edit("mode", "Migrate");
    assertThatMigration(migration).isReady().atRevision("003");
  }

  private static boolean isAnother(PlanStatus plan, DatabaseMigrationStatus status) {
    return status.plan() != null && !status.plan().digest().equals(plan.digest());
  }

  private static Optional<String> sql(String configMap) {
    return Optional.ofNullable(
            SCENARIO
                .client()
                .configMaps()
                .inNamespace(SCENARIO.namespace())
                .withName(configMap)
                .get())
        .map(found -> found.getData().get("plan.sql"));
  }

  private static String message(DatabaseMigrationStatus status) {
    return status.condition(Condition.READY).orElseThrow().message();
  }
}
