package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.PlanStep;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A plan of more steps than are listed, and of more SQL than fits into one ConfigMap. */
class LongPlanTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final int STEPS = 120;

  @Test
  void itsSqlIsReadInPartsAndGoneOnceItHasRun() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "long").with("approval.upgrades", "Always").create();

    var plan = asked(migration);

    assertThat(plan.count()).isEqualTo(STEPS);
    assertThat(plan.steps())
        .extracting(PlanStep::revision)
        .hasSize(PlanStatus.MOST_STEPS)
        .startsWith("001", "002")
        .endsWith("100");
    assertThat(plan.missing()).isNull();
    var name = migration.name() + "-plan";
    assertThat(plan.sql()).isEqualTo(name);
    var parts = parts(name);
    assertThat(parts).hasSize(3);
    var sql = String.join("", parts);
    assertThat(sql).startsWith("-- Plan " + plan.digest());
    assertThat(sql.lines().filter(line -> line.startsWith("-- Step ")))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, STEPS)
                .mapToObj("-- Step %d of 120: Upgrade %<03d (Table %<d of many)"::formatted)
                .toList());
    assertThat(sql.lines().filter(line -> line.matches("CREATE TABLE t\\d{3} \\(id int\\);")))
        .hasSize(STEPS);

    migration.annotate(Names.APPROVE_ANNOTATION, plan.digest());

    assertThatMigration(migration).isReady().atRevision("120");
    assertThat(database.tables()).hasSize(STEPS);
    assertThat(parts(name)).isEmpty();
    var kept = name + "-" + plan.digest().substring(0, 12);
    assertThat(parts(kept)).as("the last one that ran stays").isEqualTo(parts);

    migration.edit("approval.rollbacks", "Always");
    migration.retarget("119");
    var next = asked(migration);
    migration.annotate(Names.APPROVE_ANNOTATION, next.digest());
    assertThatMigration(migration).isReady().atRevision("119");
    assertThat(parts(kept)).as("until another one has run").isEmpty();
    assertThat(parts(name + "-" + next.digest().substring(0, 12))).hasSize(1);
  }

  @Test
  void aPartThatSomebodyDeletesIsMadeAgain() throws SQLException {
    var migration =
        SCENARIO
            .project(SCENARIO.database(), "long")
            .with("approval.upgrades", "Always")
            .with("drift.interval", "10s")
            .create();
    asked(migration);
    var name = migration.name() + "-plan";
    var parts = parts(name);

    SCENARIO.kubectl().run("delete", "configmap", name + "-2").orFail();

    Awaitility.await("the part that is missing")
        .atMost(Duration.ofSeconds(60))
        .until(() -> parts(name).equals(parts));
  }

  private static PlanStatus asked(Migration migration) {
    var status = assertThatMigration(migration).has(Reason.APPROVAL_REQUIRED).status();
    return Objects.requireNonNull(status.plan());
  }

  /** What the ConfigMaps of that name have, and of that name and -2, -3. */
  private static List<String> parts(String name) {
    return IntStream.rangeClosed(1, 9)
        .mapToObj(part -> configMap(part == 1 ? name : name + "-" + part))
        .takeWhile(Objects::nonNull)
        .map(found -> found.getData().get("plan.sql"))
        .toList();
  }

  private static ConfigMap configMap(String name) {
    return SCENARIO.client().configMaps().inNamespace(SCENARIO.namespace()).withName(name).get();
  }
}
