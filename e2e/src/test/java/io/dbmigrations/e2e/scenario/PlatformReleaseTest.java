package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The example's releases, each an image of its own, go and come back by one commit each. */
class PlatformReleaseTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aRevertOfTheLastReleaseLeavesWhatANewDatabaseOfTheOneBeforeHas() throws SQLException {
    var database = SCENARIO.database();
    var migration = release(database, Images.PLATFORM, "019");
    database.execute("INSERT INTO organizations (name, slug) VALUES ('Example', 'example')");

    goTo(migration, Images.platform("018"), "018");

    assertThat(schema(database)).isEqualTo(schemaAt("018"));
    assertThat(database.query("SELECT slug FROM organizations")).containsExactly("example");
    assertThat(migration.status().history().getFirst().direction()).isEqualTo("Downgrade");
  }

  @Test
  void threeReleasesGoBackAtOnceWithTheImageThatKnowsThemAll() throws SQLException {
    var database = SCENARIO.database();
    var migration = release(database, Images.platform("016"), "016");
    goTo(migration, Images.platform("018"), "018");
    goTo(migration, Images.PLATFORM, "019");

    goTo(migration, Images.platform("016"), "016");

    assertThat(schema(database)).isEqualTo(schemaAt("016"));
    var history = migration.status().history();
    assertThat(history)
        .extracting(entry -> entry.from() + ">" + entry.to())
        .containsExactly("019>016", "018>019", "016>018", "base>016");
    assertThat(history.get(0).image()).as("it ran").isEqualTo(history.get(1).imageID());
    assertThat(history).extracting(HistoryEntry::imageID).doesNotContainNull();
  }

  @Test
  void aRevertThatIsApprovedInGitIsConfirmedByTheOlderRelease() throws SQLException {
    var database = SCENARIO.database();
    var migration = release(database, Images.PLATFORM, "019");
    migration.edit(
        Map.of(
            "image",
            Images.platform("018"),
            "targetRevision",
            "018",
            "approval.rollbacks",
            "Always"));
    var plan = assertThatMigration(migration).has(Reason.APPROVAL_REQUIRED).status().plan();
    assertThat(plan.image()).as("the newer one").isEqualTo(history(migration).imageID());

    migration.edit("approval.plan", plan.digest());

    var status = assertThatMigration(migration).isReady().atRevision("018").status();
    assertThat(schema(database)).isEqualTo(schemaAt("018"));
    assertThat(history(migration).image()).as("it ran").isEqualTo(plan.image());
    assertThat(history(migration).approvedBy()).startsWith("spec.approval.plan");
    assertThat(status.attempt().image()).as("it confirms").isEqualTo(Images.platform("018"));
  }

  private static HistoryEntry history(Migration migration) {
    return migration.status().history().getFirst();
  }

  private static Migration release(Database database, String image, String target) {
    var migration = SCENARIO.migration(database).image(image).target(target).create();
    assertThatMigration(migration).isReady().atRevision(target);
    return migration;
  }

  // One commit, of a release or of its revert.
  private static void goTo(Migration migration, String image, String target) {
    migration.edit(Map.of("image", image, "targetRevision", target));
    assertThatMigration(migration).isReady().atRevision(target);
    assertThat(migration.status().attempt().image()).isEqualTo(image);
  }

  private static String schemaAt(String target) throws SQLException {
    var database = SCENARIO.database();
    release(database, Images.platform(target), target);
    return schema(database);
  }

  private static String schema(Database database) {
    return database.schema().replace(database.name(), "owner");
  }
}
