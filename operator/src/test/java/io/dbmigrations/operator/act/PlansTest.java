package io.dbmigrations.operator.act;

import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static io.dbmigrations.operator.testing.ClusterObjects.running;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.PlanStep;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.testing.ScriptedApi;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a plan that is shown, answer by answer of the API server. */
class PlansTest {

  static final String DIGEST = "3f2a9c01".repeat(8);
  private static final String OTHER = "00112233".repeat(8);
  private static final String IMAGE = "registry.example/shop@sha256:" + "ab".repeat(32);
  static final String MAP = "agent-platform-plan";
  static final Observation OBSERVED = underWay(new AttemptState.Missing()).build();

  private ScriptedApi api;
  private Plans plans;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
    api.has(podOfTheJob(), "pods");
    plans = new Plans(api.client());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void listsTheStepsAndKeepsTheirSql() {
    api.logs("shown", log(DIGEST, 1, "DROP TABLE a;"));
    PlanStatus shown = show(DIGEST, 1);
    assertThat(shown.steps())
        .containsExactly(new PlanStep("r1", "Downgrade", "", false, List.of()));
    assertThat(shown.sql()).isEqualTo(MAP);
    assertThat(shown.missing()).isNull();
    assertThat(shown.image()).isEqualTo(IMAGE);
    assertThat(sql(MAP)).contains("DROP TABLE a;");
    assertThat(configMap(MAP).getMetadata().getOwnerReferences().getFirst().getUid())
        .isEqualTo(OBSERVED.uid());
  }

  @Test
  void writesNothingTwice() {
    api.logs("shown", log(DIGEST, 1, "DROP TABLE a;"));
    show(DIGEST, 1);
    int writes = api.writes().size();
    assertThat(show(DIGEST, 1).sql()).isEqualTo(MAP);
    assertThat(api.writes()).hasSize(writes);
  }

  @Test
  void putsAnotherPlanInThePlaceOfTheFormerWithAllItsParts() {
    api.logs("shown", log(DIGEST, 2, "x".repeat(600_000)));
    show(DIGEST, 2);
    assertThat(api.holds("configmaps", MAP + "-2")).isTrue();

    api.logs("shown", log(OTHER, 1, "DROP TABLE b;"));
    show(OTHER, 1);
    assertThat(sql(MAP)).contains("DROP TABLE b;");
    assertThat(api.holds("configmaps", MAP + "-2")).isFalse();
  }

  @Test
  void listsAHundredOfMoreStepsAndKeepsTheSqlOfAll() {
    api.logs("shown", log(DIGEST, 150, "DROP TABLE a;"));
    PlanStatus shown = show(DIGEST, 150);
    assertThat(shown.steps()).hasSize(100);
    assertThat(shown.count()).isEqualTo(150);
    assertThat(sql(MAP)).contains("Step 150 of 150");
  }

  @Test
  void saysThatTheSqlIsTooLong() {
    api.logs("shown", log(DIGEST, 5, "x".repeat(900_000)));
    PlanStatus shown = show(DIGEST, 5);
    assertThat(shown.sql()).isEqualTo(MAP);
    assertThat(shown.missing()).isEqualTo("The SQL is too long to be kept as a whole");
  }

  @Test
  void takesNothingFromSomebodyElse() {
    api.logs("shown", log(DIGEST, 1, "DROP TABLE a;"));
    api.has(theirs(MAP), "configmaps");
    PlanStatus shown = show(DIGEST, 1);
    assertThat(shown.steps()).hasSize(1);
    assertThat(shown.sql()).isNull();
    assertThat(shown.missing())
        .contains("ConfigMap %s was to hold the SQL".formatted(MAP))
        .contains("one that nobody says to own. It is left as it is.")
        .contains("dbmigrations.io/retry");
    plans.close(OBSERVED, null);
    assertThat(sql(MAP)).isEqualTo("theirs");
  }

  @Test
  void asksAgainForALogWhileItsContainerHasJustEnded() {
    api.fail("GET", "pods/shown/log", 500);
    assertThatThrownBy(() -> show(DIGEST, 1)).isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void saysWhyTheStepsAreMissing() {
    api.fail("GET", "pods/shown/log", 500);
    assertThat(show(DIGEST, 1, NOW.minusSeconds(40)).missing()).contains(JOB);
    api.recover();
    api.fail("GET", "pods/shown/log", 403);
    assertThat(show(DIGEST, 1).missing()).contains("pods/log");
    api.recover();
    api.logs("shown", log(DIGEST, 1, ""));
    assertThat(show(DIGEST, 2).missing()).contains("it has 1 of 2 steps");
    assertThat(api.writes()).isEmpty();
  }

  @Test
  void saysThatThePodIsGone() {
    Plans elsewhere = new Plans(api.client());
    api.client().pods().inNamespace("platform").withName("shown").delete();
    PlanStatus shown = elsewhere.show(OBSERVED, ended(NOW), outline(DIGEST, 1));
    assertThat(shown.missing()).contains("its Pod is gone");
  }

  @Test
  void takesAwayWhatDoesNotWaitAnyMore() {
    api.logs("shown", log(DIGEST, 2, "x".repeat(600_000)));
    show(DIGEST, 2);
    plans.close(OBSERVED, null);
    assertThat(api.holds("configmaps", MAP)).isFalse();
    assertThat(api.holds("configmaps", MAP + "-2")).isFalse();
  }

  @Test
  void takesTheLastPartAwayFirstSoThatWhatIsLeftIsFoundAgain() {
    api.logs("shown", log(DIGEST, 2, "x".repeat(600_000)));
    show(DIGEST, 2);
    plans.close(OBSERVED, DIGEST);
    assertThat(api.writes())
        .filteredOn(request -> request.method().equals("DELETE"))
        .extracting(request -> request.path().substring(request.path().lastIndexOf('/') + 1))
        .containsExactly(MAP + "-2", MAP);
    assertThat(api.holds("configmaps", MAP + "-3f2a9c013f2a-2")).isTrue();
  }

  @Test
  void keepsWhatHasRunUnderItsDigest() {
    api.logs("shown", log(DIGEST, 1, "DROP TABLE a;"));
    show(DIGEST, 1);
    plans.close(OBSERVED, DIGEST);
    assertThat(api.holds("configmaps", MAP)).isFalse();
    assertThat(sql(MAP + "-3f2a9c013f2a")).contains("DROP TABLE a;");
  }

  @Test
  void keepsNothingThatAnotherPlanRanInsteadOf() {
    api.logs("shown", log(DIGEST, 1, "DROP TABLE a;"));
    show(DIGEST, 1);
    plans.close(OBSERVED, OTHER);
    assertThat(api.holds("configmaps", MAP)).isFalse();
    assertThat(api.holds("configmaps", MAP + "-001122330011")).isFalse();
  }

  @Test
  void saysWhoseItIsThatStandsInItsPlace() {
    api.logs("shown", log(DIGEST, 1, "DROP TABLE a;"));
    api.has(
        new ConfigMapBuilder(theirs(MAP))
            .editMetadata()
            .addToLabels("app.kubernetes.io/managed-by", "Helm")
            .endMetadata()
            .build(),
        "configmaps");
    assertThat(show(DIGEST, 1).missing()).contains("one that Helm manages");
  }

  static Pod podOfTheJob() {
    return new PodBuilder(pod("shown", running()))
        .editMetadata()
        .addToLabels("batch.kubernetes.io/job-name", JOB)
        .endMetadata()
        .build();
  }

  private PlanStatus show(String digest, int count) {
    return show(digest, count, NOW);
  }

  private PlanStatus show(String digest, int count, @Nullable Instant end) {
    return plans.show(OBSERVED, ended(end), outline(digest, count));
  }

  static AttemptState.Ended ended(@Nullable Instant end) {
    return new AttemptState.Ended(
        Outcome.of(Reason.PLANNED, "planned"), IMAGE, null, end == null ? null : end.toString());
  }

  static PlanStatus outline(String digest, int count) {
    return PlanStatus.outline(digest, "Downgrade", "004", "003", count, List.of());
  }

  static String log(String digest, int steps, String sql) {
    StringBuilder text = new StringBuilder();
    for (int step = 1; step <= steps; step++) {
      text.append(
          """
          {"event": "planned", "plan": "%s", "step": %d, "revision": "r%d", "direction": "Downgrade", "deletes": []}
          {"event": "planned-sql", "plan": "%s", "step": %d, "text": "%s"}
          """
              .formatted(digest, step, step, digest, step, sql));
    }
    return text.toString();
  }

  static ConfigMap theirs(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace("platform")
        .withName(name)
        .endMetadata()
        .withData(Map.of("plan.sql", "theirs"))
        .build();
  }

  private ConfigMap configMap(String name) {
    return api.client().configMaps().inNamespace("platform").withName(name).get();
  }

  private String sql(String name) {
    return configMap(name).getData().get("plan.sql");
  }
}
