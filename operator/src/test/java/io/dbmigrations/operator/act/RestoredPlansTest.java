package io.dbmigrations.operator.act;

import static io.dbmigrations.operator.act.PlansTest.DIGEST;
import static io.dbmigrations.operator.act.PlansTest.MAP;
import static io.dbmigrations.operator.act.PlansTest.OBSERVED;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.testing.ScriptedApi;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the SQL of a plan that waits when somebody else deals with it. */
class RestoredPlansTest {

  private ScriptedApi api;
  private Plans plans;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
    api.has(PlansTest.podOfTheJob(), "pods");
    plans = new Plans(api.client());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void leavesAloneWhatIsThereAsItWasMade() {
    Observation waiting = shown(2, "x".repeat(600_000));
    int writes = api.writes().size();
    assertThat(plans.restore(waiting)).isEmpty();
    assertThat(api.writes()).hasSize(writes);
  }

  @Test
  void makesAgainWhatSomebodyHasDeleted() {
    for (String part : List.of(MAP, MAP + "-2")) {
      Observation waiting = shown(2, "x".repeat(600_000));
      api.client().configMaps().inNamespace("platform").withName(part).delete();
      assertThat(plans.restore(waiting)).isEmpty();
      assertThat(sql(MAP) + sql(MAP + "-2")).contains("Step 2 of 2");
      int writes = api.writes().size();
      assertThat(plans.restore(waiting)).isEmpty();
      assertThat(api.writes()).hasSize(writes);
    }
  }

  @Test
  void makesAgainWhatSomebodyHasReplacedByAnother() {
    Observation waiting = shown(1, "DROP TABLE a;");
    ConfigMap changed =
        new ConfigMapBuilder(configMap(MAP)).withData(Map.of("plan.sql", "SELECT 1;")).build();
    api.has(changed, "configmaps");
    assertThat(plans.restore(waiting)).isEmpty();
    assertThat(sql(MAP)).contains("DROP TABLE a;");
  }

  @Test
  void saysWhatToDoWhereTheLogIsGoneToo() {
    Observation waiting = shown(1, "DROP TABLE a;");
    api.client().configMaps().inNamespace("platform").withName(MAP).delete();
    api.client().pods().inNamespace("platform").withName("shown").delete();
    int writes = api.writes().size();
    PlanStatus told = plans.restore(waiting).orElseThrow();
    assertThat(told.sql()).isNull();
    assertThat(told.steps()).hasSize(1);
    assertThat(told.missing())
        .startsWith("ConfigMap %s, which held the SQL, was deleted or changed".formatted(MAP))
        .contains("the log of Job %s: its Pod is gone.".formatted(JOB))
        .contains("Set the annotation dbmigrations.io/retry to a new value");
    assertThat(plans.restore(waitingFor(told))).isEmpty();
    assertThat(api.writes()).hasSize(writes);
  }

  @Test
  void saysNothingOfWhatItCouldNotLookAt() {
    Observation waiting = shown(1, "DROP TABLE a;");
    api.client().configMaps().inNamespace("platform").withName(MAP).delete();
    api.fail("GET", "pods/shown/log", 500);
    assertThat(plans.restore(waiting)).isEmpty();
    api.recover();
    assertThat(plans.restore(waiting)).isEmpty();
    assertThat(sql(MAP)).contains("DROP TABLE a;");
  }

  @Test
  void takesNothingFromWhoeverHasTakenItsNameMeanwhile() {
    Observation waiting = shown(1, "DROP TABLE a;");
    api.has(PlansTest.theirs(MAP), "configmaps");
    PlanStatus told = plans.restore(waiting).orElseThrow();
    assertThat(told.sql()).isNull();
    assertThat(told.missing()).contains("another one has that name");
    assertThat(sql(MAP)).isEqualTo("theirs");
  }

  private Observation shown(int steps, String sql) {
    api.logs("shown", PlansTest.log(DIGEST, steps, sql));
    return waitingFor(plans.show(OBSERVED, PlansTest.ended(NOW), PlansTest.outline(DIGEST, steps)));
  }

  private static Observation waitingFor(PlanStatus plan) {
    return OBSERVED.with(
        DatabaseMigrationStatusBuilder.builder(OBSERVED.status()).plan(plan).build(),
        OBSERVED.attemptState());
  }

  private ConfigMap configMap(String name) {
    return api.client().configMaps().inNamespace("platform").withName(name).get();
  }

  private String sql(String name) {
    return configMap(name).getData().get("plan.sql");
  }
}
