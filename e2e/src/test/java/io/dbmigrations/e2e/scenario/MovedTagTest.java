package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.NodeImages;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The same tag is pushed again with other content: the script that takes 003 back drops a table
 * more by now.
 */
class MovedTagTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @RegisterExtension static final NodeImages NODE = new NodeImages();

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String tag =
      "localhost/%s:%d".formatted(SCENARIO.namespace(), COUNT.incrementAndGet());

  @BeforeEach
  void theTag() {
    NODE.tag(Images.PROJECTS, tag);
  }

  @AfterEach
  void noTag() {
    NODE.untag(tag);
  }

  @Test
  void whatWasApprovedOnTheLiveObjectRunsWithTheImageThatWasPlanned() throws SQLException {
    var shop = UsedShop.in(SCENARIO, Map.of("image", tag));
    var plan = shop.askedFor("002", "column customer.name (1 value)");
    NODE.tag(Images.SHOP_REWRITTEN, tag);

    shop.migration().annotate(Names.APPROVE_ANNOTATION, plan.digest());

    assertRan(shop, plan.image());
  }

  @Test
  void whatWasApprovedInGitRunsWithTheImageThatWasPlanned() throws SQLException {
    var shop = UsedShop.in(SCENARIO, Map.of("image", tag));
    var plan = shop.askedFor("002", "column customer.name (1 value)");
    NODE.tag(Images.SHOP_REWRITTEN, tag);

    shop.migration().edit("approval.plan", plan.digest().substring(0, 12));

    assertRan(shop, plan.image());
  }

  @Test
  void aPlanThatIsMadeAgainIsThatOfTheImageToWhichTheTagLeadsByNow() throws SQLException {
    var shop = UsedShop.in(SCENARIO, Map.of("image", tag));
    var plan = shop.askedFor("002", "column customer.name (1 value)");
    NODE.tag(Images.SHOP_REWRITTEN, tag);

    shop.migration().retry("what does it do by now?");
    shop.asks(3, "table purchase (2 rows)");
    shop.migration().edit("approval.plan", plan.digest());

    shop.asks("table purchase (2 rows)", plan.digest().substring(0, 12), "which is another plan");
    shop.assertUntouched();
  }

  @Test
  void anApprovalIsKeptByAnImageThatWasBuiltAgainOfTheSameScripts() throws SQLException {
    var shop = UsedShop.in(SCENARIO, Map.of("image", tag));
    var plan = shop.askedFor("002", "column customer.name (1 value)");

    // the commit that approves is built, too
    shop.migration().edit(Map.of("image", Images.SHOP_REBUILT, "approval.plan", plan.digest()));

    var status = assertThatMigration(shop.migration()).isReady().atRevision("002").status();
    assertThat(status.history().getFirst().image()).isEqualTo(Images.SHOP_REBUILT);
    assertThat(status.history().getFirst().approvedBy()).startsWith("spec.approval.plan");
  }

  @Test
  void anApprovalIsLostByAnImageWithOtherScripts() throws SQLException {
    var shop = UsedShop.in(SCENARIO, Map.of("image", tag));
    var plan = shop.askedFor("002", "column customer.name (1 value)");

    shop.migration().edit(Map.of("image", Images.SHOP_REWRITTEN, "approval.plan", plan.digest()));

    var other = shop.asks("table purchase (2 rows)", "which is another plan");
    assertThat(other.digest()).isNotEqualTo(plan.digest());
    shop.assertUntouched();
  }

  @Test
  void aRevertRunsTheImageThatWasRecordedAndNotItsTag() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").image(tag).target("003").create();
    assertThatMigration(migration).isReady().atRevision("003");
    var applied = migration.status().lastMigration().imageID();
    NODE.tag(Images.SHOP_REWRITTEN, tag);

    migration.edit(UsedShop.REVERT);

    var status = assertThatMigration(migration).isReady().atRevision("002").status();
    assertThat(status.history().getFirst().image()).isEqualTo(applied);
    assertThat(database.tables()).containsExactly("customer", "purchase");
  }

  private static void assertRan(UsedShop shop, String image) throws SQLException {
    var status = assertThatMigration(shop.migration()).isReady().atRevision("002").status();
    assertThat(status.history().getFirst().image()).isEqualTo(image);
    assertThat(shop.database().query("SELECT id::text FROM purchase ORDER BY id"))
        .as("what the other script would have dropped")
        .containsExactly("1", "2");
  }
}
