package io.dbmigrations.operator.observe;

import static io.dbmigrations.operator.testing.ClusterObjects.job;
import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static io.dbmigrations.operator.testing.ClusterObjects.running;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.ScriptedApi;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Why a Job has no Pod, answer by answer of the API server. */
class MissingPodsTest {

  private static final AttemptState.Waiting WAITING =
      new AttemptState.Waiting(Reason.PENDING, "it has no Pod", NOW, true);

  private ScriptedApi api;
  private MissingPods missing;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
    missing = new MissingPods(api.client());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void takesTheWordsFromTheEventsOfTheJob() {
    api.has(
        new EventBuilder()
            .withNewMetadata()
            .withNamespace("platform")
            .withName("e1")
            .withCreationTimestamp(NOW.toString())
            .endMetadata()
            .withNote("pods \"a-b\" is forbidden: exceeded quota: small")
            .build(),
        "events");
    assertThat(missing.explain(job(), WAITING, NOW))
        .isInstanceOfSatisfying(
            AttemptState.Waiting.class,
            waiting -> assertThat(waiting.reason()).isEqualTo(Reason.QUOTA_EXCEEDED));
  }

  @Test
  void findsAPodWhoseLabelsSomebodyTook() {
    api.has(pod("stripped", running()), "pods");
    assertThat(missing.explain(job(), WAITING, NOW)).isInstanceOf(AttemptState.Running.class);
  }

  @Test
  void concludesNothingOfPodsThatItCouldNotAskFor() {
    api.fail("GET", "pods", 500);
    assertThat(missing.explain(job("Complete"), Ends.succeeded("003"), NOW))
        .isInstanceOf(AttemptState.Waiting.class);
  }

  @Test
  void hasNothingToSayWithoutEvents() {
    assertThat(missing.explain(job(), WAITING, NOW)).isEqualTo(WAITING);
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404, 410, 429, 500, 503})
  void goesOnWaitingWhereTheEventsCannotBeRead(int status) {
    api.fail("GET", "events", status);
    assertThat(missing.explain(job(), WAITING, NOW)).isEqualTo(WAITING);
  }
}
