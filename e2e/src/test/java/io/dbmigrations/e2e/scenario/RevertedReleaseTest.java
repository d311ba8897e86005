package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.HeldTable;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A release is reverted: image and target go back in one commit, and the older image has no script
 * for what the newer one applied. The images of these releases differ in their working directory.
 */
class RevertedReleaseTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final String DIRECTORY = "alembic.workingDirectory";
  private static final String NEWER = "/projects/shop";
  private static final String OLDER = "/projects/shop-before";

  @Test
  void imageAndTargetGoBackInOneCommit() throws SQLException {
    var database = SCENARIO.database();
    var migration = released(database);

    migration.edit(Map.of(DIRECTORY, OLDER, "targetRevision", "002"));

    var status = assertThatMigration(migration).isReady(4).atRevision("002").status();
    assertThat(contents(database)).isEqualTo(atRevision("002"));
    // No dashboard turned red, and no sync failed over it.
    assertThat(migration.events()).extracting(Event::getType).containsOnly("Normal");
    assertThat(status.attempt().image()).isEqualTo(migration.current().getSpec().image());
    assertThat(status.history())
        .extracting(entry -> entry.from() + ">" + entry.to() + " " + entry.direction())
        .containsExactly("003>002 Downgrade", "base>003 Upgrade");
    assertThat(status.history().getFirst().image()).contains("sha256:");
    assertThat(status.history().getFirst().call().alembic().workingDirectory()).isEqualTo(NEWER);
  }

  @Test
  void thePasswordIsChangedWhileTheReleaseMigrates() throws SQLException {
    var database = SCENARIO.database();
    var migration =
        SCENARIO
            .project(database, "shop")
            .target("002")
            .with("timeouts.lock", HeldTable.PATIENCE)
            .create();
    assertThatMigration(migration).isReady().atRevision("002");
    try (var held = HeldTable.of(database, "customer")) {
      migration.retarget("003");
      held.awaitMigration();
      var secret = migration.current().getSpec().database().secretRef().name();
      database.execute("ALTER ROLE %s PASSWORD 'another'".formatted(database.name()));
      SCENARIO.secret(
          secret, "url", database.url("postgresql+psycopg", database.name(), "another"));
    }
    assertThatMigration(migration).isReady(3).atRevision("003");
    assertThat(migration.status().history())
        .as("what the server confirmed to the one that could not log in again")
        .extracting(entry -> entry.reason() + " " + entry.to() + " " + entry.steps())
        .startsWith("DatabaseUnreachable 003 1");

    migration.edit(Map.of(DIRECTORY, OLDER, "targetRevision", "002"));

    assertThatMigration(migration).isReady(5).atRevision("002");
    assertThat(contents(database)).isEqualTo(atRevision("002"));
  }

  @Test
  void theReleaseComesAndGoesSeveralTimes() throws SQLException {
    var database = SCENARIO.database();
    var migration = released(database);
    for (var target : List.of("001", "base")) {
      migration.edit(Map.of(DIRECTORY, OLDER, "targetRevision", target));
      assertThatMigration(migration).isReady().atRevision(target);
      assertThat(contents(database)).isEqualTo(atRevision(target));
      migration.edit(Map.of(DIRECTORY, NEWER, "targetRevision", "003"));
      assertThatMigration(migration).isReady().atRevision("003");
    }
  }

  @Test
  void nothingGoesDownByItselfWhereOnlyTheImageGoesBack() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").create();
    assertThatMigration(migration).isReady().atRevision("003");
    var before = database.contents();

    migration.edit(DIRECTORY, OLDER);

    assertThatMigration(migration)
        .has(Reason.DATABASE_AHEAD)
        .saying("The database is at 003", "no script for 003", "known to contain it is localhost/")
        .saying("Nothing goes down by itself to head", "set spec.targetRevision to 002")
        .atRevision("003");
    assertThat(database.contents()).isEqualTo(before);

    migration.retarget("002");
    assertThatMigration(migration).isReady().atRevision("002");
    assertThat(contents(database)).isEqualTo(atRevision("002"));
  }

  @Test
  void whatSomebodyElseAppliedHasNoImageHere() throws SQLException {
    var database = SCENARIO.database();
    SCENARIO.alembic(database, "shop").run(List.of("upgrade 003"));

    var migration = SCENARIO.project(database, "shop-before").target("002").create();

    assertThatMigration(migration)
        .has(Reason.DATABASE_AHEAD)
        .saying("not recorded here")
        .atRevision("003");
    migration.edit(DIRECTORY, NEWER);
    assertThatMigration(migration).isReady().atRevision("002");
  }

  private static Migration released(Database database) {
    var migration = SCENARIO.project(database, "shop").target("003").create();
    assertThatMigration(migration).isReady().atRevision("003");
    return migration;
  }

  /** What a database has that was never further than that. */
  private static String atRevision(String revision) throws SQLException {
    var database = SCENARIO.database();
    if (!revision.equals("base")) {
      SCENARIO.alembic(database, "shop").run(List.of("upgrade " + revision));
    } else {
      SCENARIO.alembic(database, "shop").run(List.of("upgrade 001", "downgrade base"));
    }
    return contents(database);
  }

  private static String contents(Database database) throws SQLException {
    return database.contents().replace(database.name(), "owner");
  }
}
