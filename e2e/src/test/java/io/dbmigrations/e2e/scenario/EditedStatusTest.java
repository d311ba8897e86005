package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Somebody edits the status, as {@code kubectl edit --subresource=status} lets whoever may. What is
 * there says what to ask the runner next, and never what it may run.
 */
class EditedStatusTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final String FORGED = "0badc0de".repeat(8);

  @Test
  void anotherImageOfAPlanRunsNothingOfIts() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var plan = shop.askedFor("002", "column customer.name (1 value)");

    status(shop.migration(), "{\"plan\": {\"image\": \"%s\"}}".formatted(Images.SHOP_REWRITTEN));
    shop.migration().annotate(Names.APPROVE_ANNOTATION, plan.digest());

    var other = shop.asks(3, "table purchase (2 rows)", "which is another plan");
    assertThat(other.digest()).isNotEqualTo(plan.digest());
    shop.assertUntouched();
  }

  @Test
  void aDigestThatNobodyHasFoundApprovesNothing() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var plan = shop.askedFor("002", "column customer.name (1 value)");

    status(
        shop.migration(), "{\"plan\": {\"digest\": \"%s\", \"deletes\": null}}".formatted(FORGED));
    shop.migration().edit("approval.plan", FORGED);

    var again = shop.asks("column customer.name (1 value)", FORGED.substring(0, 12));
    assertThat(again.digest()).isEqualTo(plan.digest());
    shop.assertUntouched();
  }

  @Test
  void anApprovalThatOnlyTheStatusHasIsNone() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var plan = shop.askedFor("002", "column customer.name (1 value)");

    status(
        shop.migration(),
        """
        {"attempt": {"approval": {"plan": "%s", "by": "the board"}, "override": "the board said so",
         "outcome": {"reason": "LockTimeout", "nextAt": "2026-01-11T10:00:00Z"}}}
        """
            .formatted(plan.digest()));

    shop.asks(3, "column customer.name (1 value)");
    shop.assertUntouched();
  }

  @Test
  void anEndThatNeverWasIsNotBelieved() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    shop.askedFor("002", "column customer.name (1 value)");

    status(
        shop.migration(),
        """
        {"currentRevision": "002", "currentRevisions": ["002"], "plan": null,
         "attempt": {"outcome": {"reason": "AtTargetRevision", "message": "it is there",
          "held": {"rows": ["002"], "exclusive": true}}}}
        """);

    assertThatMigration(shop.migration())
        .has(Reason.REVISION_DRIFTED)
        .saying("003")
        .atRevision("003");
    shop.assertUntouched();
  }

  @Test
  void anotherImageInTheHistoryIsAskedWhatItWouldDelete() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var migration = shop.migration();
    replace(migration, "history/0/image", Images.SHOP_REWRITTEN);
    replace(migration, "history/0/imageID", id(Images.SHOP_REWRITTEN));

    migration.edit(UsedShop.REVERT);

    shop.asks("table purchase (2 rows)", "column customer.name (1 value)");
    shop.assertUntouched();
  }

  @Test
  void anotherProjectInTheHistoryRunsNothingThatDeletes() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var migration = shop.migration();
    // its 003 takes back other things
    replace(migration, "history/0/call/alembic/workingDirectory", "/projects/irreversible");

    migration.edit(UsedShop.REVERT);

    assertThatMigration(migration)
        .has(Reason.IRREVERSIBLE)
        .saying("003 (003_drop_email.py) has a downgrade() that does nothing")
        .atRevision("003");
    shop.assertUntouched();
  }

  @Test
  void whatIsForgottenOfAnOverrideTheDatabaseRemembers() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var migration = shop.migration();
    migration.edit(Map.of("approval.override", "orders fail", "targetRevision", "002"));
    assertThatMigration(migration).isReady().atRevision("002");

    status(migration, "{\"history\": null, \"spentApprovals\": null, \"lastMigration\": null}");

    shop.askedFor("001", "spec.approval.override has served a migration already");
    assertThat(shop.database().query("SELECT count(*)::text FROM purchase")).containsExactly("2");
  }

  @Test
  void whatIsForgottenOfAnApprovalTheDatabaseRemembers() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var migration = shop.migration();
    var plan = shop.askedFor("002", "column customer.name (1 value)");
    migration.edit("approval.plan", plan.digest());
    assertThatMigration(migration).isReady().atRevision("002");
    migration.retarget("003");
    assertThatMigration(migration).isReady().atRevision("003");
    shop.database().execute("UPDATE customer SET name = 'Ada'");

    status(migration, "null");

    shop.askedFor("002", "column customer.name (1 value)", "which is another plan");
    shop.assertUntouched();
  }

  @Test
  void rowsThatThisResourceNeverLeftAreAskedFor() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").target("001").create();
    assertThatMigration(migration).isReady().atRevision("001");
    SCENARIO.alembic(database, "shop").run(List.of("upgrade 003"));
    UsedShop.sell(database);
    var before = database.contents();
    assertThatMigration(migration).has(Reason.REVISION_DRIFTED).atRevision("003");

    // as if what somebody else has applied were its own
    status(
        migration,
        "{\"attempt\": {\"outcome\": {\"held\": {\"rows\": [\"003\"], \"exclusive\": true}}}}");
    migration.edit("alembic.arguments", Map.of("release", "2"));

    assertThatMigration(migration)
        .has(Reason.APPROVAL_REQUIRED)
        .saying("table purchase (2 rows)", "column customer.name (1 value)");
    assertThat(database.contents()).isEqualTo(before);
  }

  private static void status(Migration migration, String fields) {
    patch(migration, "merge", "{\"status\": %s}".formatted(fields));
  }

  private static void replace(Migration migration, String path, String value) {
    patch(
        migration,
        "json",
        "[{\"op\": \"replace\", \"path\": \"/status/%s\", \"value\": \"%s\"}]"
            .formatted(path, value));
  }

  private static void patch(Migration migration, String type, String patch) {
    SCENARIO
        .kubectl()
        .run(
            "patch",
            "dbm",
            migration.name(),
            "--subresource=status",
            "--type=" + type,
            "--patch=" + patch)
        .orFail();
  }

  /** The image as a kubelet reports it, of a Pod that has run with it. */
  private static String id(String image) throws SQLException {
    var migration = SCENARIO.project(SCENARIO.database(), "shop").image(image).create();
    return assertThatMigration(migration).isReady().status().lastMigration().imageID();
  }
}
