package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.NodeImages;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The image that is to be run once more by its digest is gone: somebody has cleared it away. One
 * after the other, as they take the same image away.
 */
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class WithdrawnImageTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @RegisterExtension static final NodeImages NODE = new NodeImages();

  private static final String IMAGE = Images.SHOP_WITHDRAWN;

  // What a kubelet lets pass doubles each time, up to five minutes.
  private static final Duration NEXT_PULL = Duration.ofMinutes(5);

  @BeforeEach
  @AfterEach
  void theImageIsThere() {
    NODE.restore(IMAGE);
  }

  @Test
  void aRevertNamesTheImageThatItNeedsAndGoesOnWithOneThatContainsTheRevision()
      throws SQLException {
    var database = SCENARIO.database();
    var migration = released(database);
    var loaded = migration.status().lastMigration().imageID();
    assertThat(loaded).as("no registry has it").matches("sha256:[0-9a-f]{64}");
    var before = database.contents();
    NODE.withdraw(IMAGE);

    migration.edit(UsedShop.REVERT);

    assertThatMigration(migration)
        .has(Reason.IMAGE_PULL_FAILED)
        .saying(loaded, "cannot be pulled", "the image that applied what spec.image does not know")
        .saying(IMAGE, "make it available again", "name another one that has these revisions")
        .atRevision("003");
    assertThat(database.contents()).isEqualTo(before);

    migration.edit("alembic.workingDirectory", "/projects/shop");
    assertThatMigration(migration).isReady().atRevision("002");
    // and then the older release, as it was meant
    migration.edit("alembic.workingDirectory", "/projects/shop-before");
    var status = assertThatMigration(migration).isReady().atRevision("002").status();
    assertThat(status.history().getFirst().image()).isEqualTo(Images.PROJECTS);
  }

  @Test
  void aRevertGoesOnByItselfOnceTheImageIsBack() throws SQLException {
    var database = SCENARIO.database();
    var migration = released(database);
    NODE.withdraw(IMAGE);
    migration.edit(UsedShop.REVERT);
    assertThatMigration(migration).has(Reason.IMAGE_PULL_FAILED).atRevision("003");

    NODE.restore(IMAGE);

    var status =
        assertThatMigration(migration).within(NEXT_PULL).isReady().atRevision("002").status();
    assertThat(status.history().getFirst().image()).startsWith("sha256:");
    assertThat(status.attempt().image()).as("which confirms it").isEqualTo(Images.PROJECTS);
  }

  @Test
  void anImageThatARegistryHadIsAskedForByItsDigestThere() throws SQLException {
    var database = SCENARIO.database();
    var pushed = NODE.push(IMAGE);
    var migration = released(database);
    assertThat(migration.status().lastMigration().imageID()).isEqualTo(pushed);
    migration.edit(UsedShop.REVERT);
    var status = assertThatMigration(migration).isReady().atRevision("002").status();
    assertThat(status.history().getFirst().image()).as("it ran").isEqualTo(pushed);

    release(migration);
    NODE.withdraw(IMAGE);
    migration.edit(UsedShop.REVERT);

    assertThatMigration(migration)
        .has(Reason.IMAGE_PULL_FAILED)
        .saying(pushed, "cannot be pulled", "make it available again")
        .atRevision("003");
    assertThat(database.revisions()).containsExactly("003");
  }

  @Test
  void anApprovedPlanWhoseImageIsGoneRunsNothingAndIsMadeAgainWithTheImageThatIsNamed()
      throws SQLException {
    var shop = UsedShop.in(SCENARIO, Map.of("image", IMAGE));
    var migration = shop.migration();
    var plan = shop.askedFor("002", "column customer.name (1 value)");
    NODE.withdraw(IMAGE);
    // somebody has built it again, with another script
    NODE.tag(Images.SHOP_REWRITTEN, IMAGE);

    migration.annotate(Names.APPROVE_ANNOTATION, plan.digest());
    assertThatMigration(migration)
        .has(Reason.IMAGE_PULL_FAILED)
        .saying(plan.image(), "the image with which the approved plan was made")
        .saying("set the annotation dbmigrations.io/retry");
    shop.assertUntouched();

    migration.retry("with what the tag means by now");
    var other = shop.asks(4, "table purchase (2 rows)", plan.digest().substring(0, 12));
    assertThat(other.digest()).isNotEqualTo(plan.digest());
    shop.assertUntouched();
  }

  private static Migration released(Database database) {
    var migration = SCENARIO.project(database, "shop").image(IMAGE).target("003").create();
    assertThatMigration(migration).isReady().atRevision("003");
    return migration;
  }

  private static void release(Migration migration) {
    migration.edit(
        Map.of(
            "image", IMAGE, "alembic.workingDirectory", "/projects/shop", "targetRevision", "003"));
    assertThatMigration(migration).isReady().atRevision("003");
  }
}
