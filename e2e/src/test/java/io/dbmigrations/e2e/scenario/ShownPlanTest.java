package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a person reads of a plan before anything runs. */
class ShownPlanTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aStepThatNeedsAConnectionHidesOnlyItself() throws SQLException {
    var database = SCENARIO.database();
    var migration = live(database);

    migration.retarget("base");

    var plan = asked(migration);
    assertThat(plan.steps()).hasSize(3);
    assertThat(plan.steps().get(1).revision()).isEqualTo("002");
    assertThat(plan.steps().get(1).deletes())
        .anySatisfy(words -> assertThat(words).startsWith("unknown: ").contains("live connection"));
    assertThat(plan.steps().get(0).deletes()).noneMatch(words -> words.startsWith("unknown"));
    assertThat(plan.steps().get(2).deletes())
        .as("which is what nobody has to guess")
        .containsExactly("table customer (1 row)");
    assertThat(sql(migration))
        .containsSubsequence(
            "-- Step 1 of 3: Downgrade 003",
            "DROP TABLE whence;",
            "-- Step 2 of 3: Downgrade 002",
            "-- Not all of it is known",
            "-- Step 3 of 3: Downgrade 001",
            "DROP TABLE customer;");
  }

  @Test
  void whatIsNotKnownAsksAlthoughNothingIsThere() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "live").target("002").create();
    assertThatMigration(migration).isReady().atRevision("002");

    migration.retarget("001");

    var plan = asked(migration);
    assertThatMigration(migration)
        .has(Reason.APPROVAL_REQUIRED)
        .saying("what it would delete cannot be told beforehand");
    migration.annotate(Names.APPROVE_ANNOTATION, plan.digest());
    assertThatMigration(migration).isReady().atRevision("001");
  }

  @Test
  void noSecretStandsInIt() throws SQLException {
    var database = SCENARIO.database();
    var migration = live(database);
    migration.edit("approval.rollbacks", "Always");

    migration.retarget("002");

    asked(migration);
    assertThat(sql(migration))
        .contains("COMMENT ON TABLE whence IS 'was at ")
        .doesNotContain(database.password());
    assertThat(migration.description()).doesNotContain(database.password());
  }

  private static Migration live(Database database) throws SQLException {
    var migration = SCENARIO.project(database, "live").target("003").create();
    assertThatMigration(migration).isReady().atRevision("003");
    database.execute("INSERT INTO customer VALUES (1, 'ada@example.com', NULL)");
    return migration;
  }

  private static PlanStatus asked(Migration migration) {
    var status = assertThatMigration(migration).has(Reason.APPROVAL_REQUIRED).status();
    assertThat(status.plan().missing()).isNull();
    return Objects.requireNonNull(status.plan());
  }

  private static String sql(Migration migration) {
    return SCENARIO
        .kubectl()
        .run("get", "configmap", migration.name() + "-plan", "--output=jsonpath={.data.plan\\.sql}")
        .orFail();
  }
}
