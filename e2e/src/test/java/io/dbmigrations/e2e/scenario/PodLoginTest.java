package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A database that lets in the Pod of the migration alone: env.py has from its Pod what the Secret
 * does not know, as with a token for its service account. Jobs look every fifteen seconds whether
 * it is still where it was left.
 */
class PodLoginTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Test
  void whatSomebodyElseDoesIsNoticedThoughTheOperatorCannotLogIn() throws SQLException {
    var database = SCENARIO.database();
    var migration = atTarget(database);

    Awaitility.await("two further readings, of which nobody has to hear")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(250))
        .until(() -> {
          assertThat(ready(migration)).isEqualTo("True");
          return migration.attempts() >= 3;
        });
    var events = migration.events();
    assertThat(events)
        .extracting(event -> event.getReason())
        .as(
            "one migration: %s",
            events.stream().map(event -> event.getReason() + ": " + event.getNote()).toList())
        .containsOnlyOnce(Reason.MIGRATING.wireName(), Reason.AT_TARGET_REVISION.wireName());
    assertThat(migration.jobs()).as("those of readings are cleared away").hasSizeLessThan(4);

    SCENARIO.alembic(database, "shop").run(List.of("downgrade base"));
    assertThatMigration(migration)
        .has(Reason.REVISION_DRIFTED)
        .saying("public.alembic_version", "dbmigrations.io/retry")
        .atRevision("base");
    assertThat(database.tables()).as("nobody has asked for a migration").isEmpty();

    migration.retry("it was taken back by mistake");
    assertThatMigration(migration).isReady().atRevision("001");
    assertThat(database.tables()).containsExactly("customer");
  }

  @Test
  void aRevisionThatTheImageDoesNotHaveIsNoticedUntilItIsTakenBack() throws SQLException {
    var database = SCENARIO.database();
    var migration = atTarget(database);

    SCENARIO.alembic(database, "shop").run(List.of("upgrade 002"));
    assertThatMigration(migration)
        .has(Reason.REVISION_DRIFTED)
        .saying("Somebody else migrates this database", "left at 001", "no script for 002");

    database.execute(
        "DROP TABLE purchase", "UPDATE public.alembic_version SET version_num = '001'");
    assertThatMigration(migration).isReady().atRevision("001");
  }

  @Test
  void noJobLooksWhileSuspended() throws SQLException {
    var migration = atTarget(SCENARIO.database());
    migration.edit("suspend", true);
    assertThatMigration(migration).isReady();
    // one that was on its way
    var last = migration.attempts() + 1;

    Awaitility.await("no further readings")
        .during(Duration.ofSeconds(40))
        .atMost(PATIENCE)
        .until(() -> migration.attempts() <= last && ready(migration).equals("True"));

    migration.edit("suspend", false);
    Awaitility.await("and on they go").atMost(PATIENCE).until(() -> migration.attempts() > last);
    assertThatMigration(migration).isReady();
  }

  @Test
  void whatNeededNoJobHasNoClaimOnTheSameTableOfAnotherDatabase() throws SQLException {
    declared(SCENARIO.database(), "002");

    var migration = atTarget(SCENARIO.database());

    assertThat(migration.events())
        .extracting(event -> event.getReason())
        .doesNotContain(Reason.DATABASE_CLAIMED.wireName());
  }

  @Test
  void whatNeededNoJobHasItsClaimOnADatabaseThatOnlyThePodOfTheOtherLogsInTo() throws SQLException {
    var database = SCENARIO.database();
    var older = declared(database, "001");

    var later = project(database).named("later").target("base").create();

    assertThatMigration(later)
        .has(Reason.DATABASE_CLAIMED)
        .saying(SCENARIO.namespace() + "/" + older.name(), "declares 001");
    assertThat(database.revisions()).containsExactly("001");
  }

  /** A resource whose database was at its target already, as after a restore of all resources. */
  private static Migration declared(Database database, String revision) throws SQLException {
    SCENARIO.alembic(database, "shop").run(List.of("upgrade " + revision));
    var migration =
        SCENARIO
            .project(database, "shop")
            .target(revision)
            .with("alembic.versionTable", "public.alembic_version")
            .create();
    assertThatMigration(migration).isReady();
    assertThat(migration.jobs()).isEmpty();
    return migration;
  }

  private static Migration atTarget(Database database) throws SQLException {
    var migration = project(database).create();

    assertThatMigration(migration).isReady().atRevision("001");
    assertThat(migration.status().condition(Condition.DATABASE_OBSERVED))
        .hasValueSatisfying(observed -> {
          assertThat(observed.status()).isEqualTo(Condition.UNKNOWN);
          assertThat(observed.message()).contains("spec.drift.reader");
        });
    return migration;
  }

  private static Migration project(Database database) {
    var secret = database.name().replace('_', '-') + "-without-password";
    var url = database.url("postgresql+psycopg");
    SCENARIO.secret(secret, "url", url.replace(":" + database.password() + "@", "@"));
    return SCENARIO
        .project(database, "parts")
        .with("database.secretRef.name", secret)
        .with("drift", Map.of("interval", "15s", "reader", "Job"))
        .with("podTemplate", podTemplate(database));
  }

  // What a token is fetched for, in a test that has nobody who gives one.
  private static Map<String, Object> podTemplate(Database database) {
    var env =
        List.of(
            variable("POSTGRES_SERVER", "postgres.platform.svc"),
            variable("POSTGRES_PORT", "5432"),
            variable("POSTGRES_DB", database.name()),
            variable("POSTGRES_USER", database.name()),
            variable("POSTGRES_PASSWORD", database.password()));
    return Map.of("spec", Map.of("containers", List.of(Map.of("name", "migration", "env", env))));
  }

  private static Map<String, String> variable(String name, String value) {
    return Map.of("name", name, "value", value);
  }

  private static String ready(Migration migration) {
    return migration.status().condition(Condition.READY).orElseThrow().status();
  }
}
