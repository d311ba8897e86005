package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Targets in a project with branches mean what they mean to Alembic: one database is migrated by
 * the operator, another by the alembic command.
 */
class BranchesTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # start | target | what a person would type | rows | what the target means
          base | 27c6 | upgrade 27c6 | 27c6a30d7c24 | same
          base | billing@head | upgrade billing@head | ae1027a6acf0 | same
          base | billing@head-1 | upgrade billing@head-1 | 27c6a30d7c24 | same
          base | 27c6a30d7c24+1 | upgrade 27c6a30d7c24+1 | ae1027a6acf0 | same
          base | heads | upgrade heads | 5e2b8a91c3d7,ae1027a6acf0,c4d8e2f60a19 | same
          base | ae10,3a5f | upgrade ae10; upgrade 3a5f | 3a5f9b1c7d20,ae1027a6acf0 | same
          base | billing@head,shipping@head | upgrade billing@head; upgrade shipping@head | 5e2b8a91c3d7,ae1027a6acf0 | same
          heads | 27c6 | downgrade 27c6 | 27c6a30d7c24,5e2b8a91c3d7,c4d8e2f60a19 | 27c6a30d7c24
          heads | 3a5f9b1c7d20 | downgrade 3a5f9b1c7d20 | 3a5f9b1c7d20,5e2b8a91c3d7,ae1027a6acf0 | 3a5f9b1c7d20
          heads | 1975 | downgrade 1975 | 1975ea83b712,5e2b8a91c3d7 | 1975ea83b712
          heads | shipping@base | downgrade shipping@base | ae1027a6acf0,c4d8e2f60a19 | base
          heads | base | downgrade base | base | same
          """)
  void aTargetMeansWhatItMeansToAlembic(
      String start, String target, String calls, String rows, String meaning) throws SQLException {
    var expected = SCENARIO.database();
    SCENARIO
        .alembic(expected, "branches")
        .run(List.of("upgrade %s; %s".formatted(start, calls).split("; ", -1)));
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "branches").target(start).create();
    assertThatMigration(migration).isReady();

    migration.retarget(target);

    assertThatMigration(migration)
        .isReady()
        .atRevision(rows)
        .withTarget(meaning.equals("same") ? rows : meaning);
    assertThat(database.revisions()).isEqualTo(expected.revisions());
    assertThat(database.schema()).isEqualTo(expected.schema());
  }

  @Test
  void twoResourcesShareADatabaseWhereEachSpeaksOfItsOwnLine() throws SQLException {
    var database = SCENARIO.database();
    var billing =
        SCENARIO.project(database, "branches").named("billing").target("billing@head").create();
    var shipping =
        SCENARIO.project(database, "branches").named("shipping").target("shipping@head").create();
    assertThatMigration(billing).isReady();
    assertThatMigration(shipping).isReady();

    shipping.retarget("shipping@base");
    assertThatMigration(shipping).isReady();

    // longer than it takes to read the database again
    Awaitility.await("both stay ready")
        .during(Duration.ofSeconds(15))
        .atMost(Duration.ofSeconds(40))
        .until(() -> isReady(billing) && isReady(shipping));
    assertThat(database.revisions()).containsExactly("ae1027a6acf0");
  }

  @Test
  void theOlderOfTwoResourcesHasTheLinesThatBothDeclare() throws Exception {
    var database = SCENARIO.database();
    var older = SCENARIO.project(database, "shop").named("older").target("001").create();
    assertThatMigration(older).isReady();
    // which of two is the older one is known to the second
    TimeUnit.SECONDS.sleep(1);
    var later = SCENARIO.project(database, "shop").named("later").target("002").create();

    assertThatMigration(later)
        .has(Reason.DATABASE_CLAIMED)
        .saying(SCENARIO.namespace() + "/older", "declares 001");
    assertThatMigration(older).isReady().atRevision("001");
    assertThat(database.revisions()).containsExactly("001");

    older.delete();
    assertThatMigration(later).isReady().atRevision("002");
  }

  @Test
  void theOlderOfTwoResourcesIsNamedWhenItMovesTheLinesOfBoth() throws Exception {
    var database = SCENARIO.database();
    var older = SCENARIO.project(database, "shop").named("first").target("001").create();
    assertThatMigration(older).isReady();
    TimeUnit.SECONDS.sleep(1);
    var later = SCENARIO.project(database, "shop").named("second").target("001").create();
    assertThatMigration(later).isReady();

    older.retarget("002");
    assertThatMigration(older).isReady().atRevision("002");
    assertThatMigration(later)
        .has(Reason.DATABASE_CLAIMED)
        .saying(SCENARIO.namespace() + "/first", "declares 002");
    assertThat(database.revisions()).containsExactly("002");

    older.retarget("001");
    assertThatMigration(later).isReady().atRevision("001");
  }

  private static boolean isReady(Migration migration) {
    return migration
        .status()
        .condition(Condition.READY)
        .filter(ready -> ready.status().equals(Condition.TRUE))
        .isPresent();
  }
}
