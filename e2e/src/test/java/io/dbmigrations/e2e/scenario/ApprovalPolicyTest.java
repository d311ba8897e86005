package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever writes the resource says what asks for an approval. */
class ApprovalPolicyTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void everyRollbackAsksWhereThatIsWantedAndNoUpgrade() throws SQLException {
    var database = SCENARIO.database();
    var migration =
        SCENARIO.project(database, "shop").with("approval.rollbacks", "Always").create();
    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(1);

    migration.retarget("001");

    var plan = asked(migration, "from 003 down to 001 in 2 steps", "would delete nothing");
    assertThat(plan.deletes()).isEmpty();
    assertThat(database.revisions()).containsExactly("003");
    migration.edit("approval.plan", plan.digest());
    assertThatMigration(migration).isReady().atRevision("001");
  }

  @Test
  void noRollbackAsksWhereThatIsWanted() throws SQLException {
    var shop = UsedShop.in(SCENARIO, Map.of("approval.rollbacks", "Never"));

    shop.migration().retarget("001");

    var status = assertThatMigration(shop.migration()).isReady().atRevision("001").status();
    assertThat(status.plan()).isNull();
    assertThat(status.attempt().number()).isEqualTo(2);
    assertThat(shop.database().tables()).containsExactly("customer");
  }

  @Test
  void anUpgradeThatWouldDeleteAsksWhereThatIsWanted() throws SQLException {
    var database = SCENARIO.database();
    var migration =
        SCENARIO
            .project(database, "irreversible")
            .with("approval.upgrades", "WhenLossy")
            .target("001")
            .create();
    // what only makes something does not ask
    assertThatMigration(migration).isReady().atRevision("001").afterAttempts(1);
    database.execute("INSERT INTO customer VALUES (1, 'ada@example.com', '+44 20 7946 0958')");
    var before = database.contents();

    migration.retarget("002");

    var plan =
        asked(migration, "from 001 up to 002", "would delete column customer.phone (1 value)");
    assertThat(plan.direction()).isEqualTo("Upgrade");
    assertThat(database.contents()).isEqualTo(before);
    migration.annotate(Names.APPROVE_ANNOTATION, plan.digest());
    assertThatMigration(migration).isReady().atRevision("002");
    assertThat(database.query("SELECT email FROM customer")).containsExactly("ada@example.com");
  }

  @Test
  void anUpgradeThatWouldDeleteWhatIsNotThereDoesNotAsk() throws SQLException {
    var database = SCENARIO.database();
    var migration =
        SCENARIO.project(database, "irreversible").with("approval.upgrades", "WhenLossy").create();
    assertThatMigration(migration).isReady().atRevision("005").afterAttempts(1);
  }

  @Test
  void whoHasApprovedIsToldInTheEventAndInTheDatabase() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var plan = shop.askedFor("002", "column customer.name (1 value)");
    shop.migration().edit("approval.plan", plan.digest());
    assertThatMigration(shop.migration()).isReady().atRevision("002");

    var by = "spec.approval.plan, written by ";
    assertThat(shop.migration().events())
        .extracting(Event::getNote)
        .anySatisfy(note ->
            assertThat(note)
                .contains(
                    "plan %s is approved by %s".formatted(plan.digest().substring(0, 12), by)));
    assertThat(entries(shop, "approver")).hasSize(1).first().asString().startsWith(by);
    assertThat(entries(shop, "plan")).containsExactly(plan.digest());
  }

  @Test
  void theReasonOfAnOverrideIsToldInTheEventAndInTheDatabase() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    shop.migration()
        .edit(Map.of("approval.override", "orders fail since 1.4", "targetRevision", "001"));
    assertThatMigration(shop.migration()).isReady().atRevision("001").afterAttempts(2);

    assertThat(shop.migration().events())
        .extracting(Event::getNote)
        .anySatisfy(note ->
            assertThat(note)
                .contains(
                    "whatever its plan is, by spec.approval.override: orders fail since 1.4"));
    assertThat(entries(shop, "override"))
        .containsExactly("orders fail since 1.4", "orders fail since 1.4");
  }

  private static PlanStatus asked(Migration migration, String... words) {
    var status =
        assertThatMigration(migration).has(Reason.APPROVAL_REQUIRED).saying(words).status();
    return Objects.requireNonNull(status.plan());
  }

  /** That column of what the database remembers of the way down. */
  private static Iterable<String> entries(UsedShop shop, String column) throws SQLException {
    return shop.database()
        .query(
            "SELECT %s FROM dbmigrations.history WHERE direction = 'Downgrade' ORDER BY id"
                .formatted(column));
  }
}
