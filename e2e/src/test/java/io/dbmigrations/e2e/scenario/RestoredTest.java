package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Resources that are made again, or restored without their status, on databases that are there. */
class RestoredTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aDatabaseThatIsAtItsTargetNeedsNoJobWhereItsVersionTableIsDeclared() throws SQLException {
    var database = SCENARIO.database();
    var migration = madeAgain(database);

    var status = assertThatMigration(migration).isReady(0).atRevision("003").status();
    assertThat(status.database().versionTable()).isEqualTo("public.alembic_version");
    assertThat(migration.jobs()).isEmpty();

    migration.retarget("002");
    assertThatMigration(migration).isReady(1).atRevision("002");
    assertThat(database.revisions()).containsExactly("002");
  }

  @Test
  void norWhereItsFormerJobHasNotedTheTableInTheDatabase() throws SQLException {
    var database = SCENARIO.database();
    var first = SCENARIO.project(database, "shop").with("targetRevision", "003").create();
    assertThatMigration(first).isReady().atRevision("003");
    first.delete();
    Awaitility.await("the resource to be gone").until(first::isGone);

    var again = SCENARIO.project(database, "shop").with("targetRevision", "003").create();

    var status = assertThatMigration(again).isReady(0).atRevision("003").status();
    assertThat(status.database().versionTable()).isEqualTo("public.alembic_version");
    assertThat(again.jobs()).isEmpty();
    again.retarget("002");
    assertThatMigration(again).isReady(1).atRevision("002");
  }

  @Test
  void anotherSetupOfTheSameNameIsLeftToAJob() throws SQLException {
    var database = SCENARIO.database();
    var first = SCENARIO.project(database, "shop").with("targetRevision", "003").create();
    assertThatMigration(first).isReady().atRevision("003");
    first.delete();
    Awaitility.await("the resource to be gone").until(first::isGone);

    var again =
        SCENARIO
            .project(database, "shop")
            .with("targetRevision", "003")
            .with("alembic.arguments", Map.of("tenant", "b"))
            .create();

    assertThatMigration(again).isReady(1).atRevision("003").afterAttempts(1);
  }

  @Test
  void whatItDeclaresHoldsAgainstYoungerResources() throws SQLException {
    var database = SCENARIO.database();
    var migration = madeAgain(database);
    assertThatMigration(migration).isReady(0);

    var younger =
        SCENARIO
            .project(database, "shop")
            .named(migration.name() + "-younger")
            .with("targetRevision", "001")
            .create();

    assertThatMigration(younger).has(Reason.DATABASE_CLAIMED).saying(migration.name());
    assertThat(database.revisions()).containsExactly("003");
  }

  @Test
  void anotherVersionTableThanTheDeclaredOneIsNotMigrated() throws SQLException {
    var database = SCENARIO.database();
    var migration =
        SCENARIO
            .project(database, "shop")
            .with("alembic.versionTable", "shop.alembic_version")
            .create();

    assertThatMigration(migration)
        .has(Reason.CONFIGURATION_ERROR)
        .saying("public.alembic_version", "shop.alembic_version");
    assertThat(database.tables()).isEmpty();

    migration.edit("alembic.versionTable", "public.alembic_version");
    assertThatMigration(migration).isReady().atRevision("003");
  }

  private static Migration madeAgain(Database database) throws SQLException {
    var first = SCENARIO.project(database, "shop").with("targetRevision", "003").create();
    assertThatMigration(first).isReady().atRevision("003");
    first.delete();
    Awaitility.await("the resource to be gone").until(first::isGone);
    return SCENARIO
        .project(database, "shop")
        .with("targetRevision", "003")
        .with("alembic.versionTable", "public.alembic_version")
        .create();
  }
}
