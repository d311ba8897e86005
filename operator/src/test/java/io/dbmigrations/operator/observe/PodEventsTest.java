package io.dbmigrations.operator.observe;

import static io.dbmigrations.operator.testing.ClusterObjects.deleted;
import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static io.dbmigrations.operator.testing.ClusterObjects.running;
import static io.dbmigrations.operator.testing.ClusterObjects.waiting;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.testing.ScriptedApi;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a Pod waits for of which only its events tell it. */
class PodEventsTest {

  private static final AttemptState.Waiting WAITING =
      new AttemptState.Waiting(Reason.PENDING, "it is starting", NOW, false);
  private static final Instant LATER = NOW.plusSeconds(5);

  private ScriptedApi api;
  private PodEvents events;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
    events = new PodEvents(api.client());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FailedMount | MountVolume.SetUp failed for volume \"v\" : secret \"nope\" not found | SECRET_MISSING | Secret nope does not exist in namespace platform. A volume of Pod a names it",
        "FailedMount | MountVolume.SetUp failed for volume \"v\" : configmap \"nope\" not found | CONFIG_MAP_MISSING | ConfigMap nope does not exist",
        "FailedMount | references non-existent secret key: k | PENDING | Pod a does not start: FailedMount: references non-existent secret key: k. Make what",
        "FailedAttachVolume | Multi-Attach error for volume | PENDING | Multi-Attach error for volume. Make what the volume needs",
        "FailedCreatePodSandBox | Failed to create pod sandbox: memory limit too low | PENDING | memory limit too low. Mend what it names; where",
      })
  void saysWhatTheKubeletSays(String kubelets, String note, Reason reason, String message) {
    has("e1", kubelets, note, 5);
    assertThat(explained(LATER).reason()).isEqualTo(reason);
    assertThat(explained(LATER).message()).contains(message);
  }

  @Test
  void saysWhatIsMissingThoughTheKubeletSaysLaterThatItWaits() {
    has("e1", "FailedMount", "secret \"nope\" not found", 5);
    has("e2", "FailedMount", "Unable to attach or mount volumes: timed out", 9);
    assertThat(explained(LATER).reason()).isEqualTo(Reason.SECRET_MISSING);
  }

  @Test
  void saysTheSameOfEachTryAndNoLogin() {
    String id = "0123456789abcdef".repeat(4);
    has("e1", "FailedCreatePodSandBox", "sandbox " + id + " of http://u:s3cret@proxy", 5);
    assertThat(explained(LATER).message()).doesNotContain(id, "s3cret");
  }

  @Test
  void forgetsTroubleThatIsOver() {
    has("e1", "FailedMount", "failed to sync configmap cache", 1);
    has("e2", "Pulling", "Pulling image", 2);
    assertThat(explained(LATER)).isEqualTo(WAITING);
  }

  @Test
  void asksNobodyWhereThePodIsYoungOrSaysItself() {
    has("e1", "FailedMount", "secret \"nope\" not found", 2);
    assertThat(explained(NOW.plusSeconds(4))).isEqualTo(WAITING);
    Pod pulling = silent();
    pulling
        .getStatus()
        .getContainerStatuses()
        .getFirst()
        .setState(waiting("ImagePullBackOff", null));
    assertThat(events.explain(WAITING, List.of(pulling), LATER)).isEqualTo(WAITING);
    assertThat(events.explain(WAITING, List.of(pod("b", running())), LATER)).isEqualTo(WAITING);
  }

  @Test
  void asksAgainOnlyAfterAWhile() {
    assertThat(explained(LATER)).isEqualTo(WAITING);
    has("e1", "FailedMount", "secret \"nope\" not found", 5);
    assertThat(explained(LATER.plusSeconds(8))).isEqualTo(WAITING);
    assertThat(explained(LATER.plusSeconds(9)).reason()).isEqualTo(Reason.SECRET_MISSING);
  }

  @Test
  void saysWhatKeepsAPodFromAnyScheduler() {
    has("e1", "FailedResourceClaimCreation", "resource claim template \"nope\" not found", 5);
    Pod nowhere = new PodBuilder(silent()).editSpec().withNodeName(null).endSpec().build();
    nowhere.getStatus().getContainerStatuses().clear();
    assertThat(((AttemptState.Waiting) events.explain(WAITING, List.of(nowhere), LATER)).message())
        .contains("\"nope\" not found. Make it, or correct resourceClaims in spec.podTemplate");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Unhealthy | Liveness probe failed: s3cret | its livenessProbe failed. Take livenessProbe of the container migration out of spec.podTemplate",
        "Unhealthy | Startup probe errored: s3cret | its startupProbe failed. Take startupProbe",
        "FailedPostStartHook | PostStartHook failed | its lifecycle.postStart failed. Take lifecycle.postStart",
      })
  void saysWhichProbeOrHookHasEndedAMigration(String kubelets, String note, String words) {
    has("e1", kubelets, note, 5);
    has("e2", "Killing", "Stopping container migration", 6);
    AttemptState.Ended ended = ended("Interrupted");
    assertThat(((AttemptState.Ended) events.explain(ended, List.of(probed()), LATER)).outcome())
        .satisfies(outcome -> {
          assertThat(outcome.reason()).isEqualTo(Reason.INTERRUPTED);
          assertThat(outcome.isRunners()).isTrue();
          assertThat(outcome.message())
              .contains(words, "SIGTERM arrived: nothing was run.")
              .doesNotContain("s3cret", "drained");
        });
  }

  @Test
  void blamesNoProbeForWhatItHasNotEnded() {
    has("e1", "Unhealthy", "Readiness probe failed: no", 4);
    has("e2", "Killing", "Stopping container migration", 6);
    AttemptState.Ended ended = ended("Interrupted");
    assertThat(events.explain(ended, List.of(probed()), LATER)).isEqualTo(ended);
    has("e3", "Unhealthy", "Liveness probe failed: no", 5);
    assertThat(events.explain(ended, List.of(deleted(probed(), NOW)), LATER)).isEqualTo(ended);
    AttemptState.Ended failed = ended("MigrationFailed");
    assertThat(events.explain(failed, List.of(probed()), LATER)).isEqualTo(failed);
    assertThat(events.explain(ended, List.of(silent()), LATER)).isEqualTo(ended);
  }

  private static AttemptState.Ended ended(String reason) {
    return AttemptState.Ended.with(
        Outcome.parse(
                "{\"version\":1,\"reason\":\"%s\",\"message\":\"SIGTERM arrived: nothing was run. The Pod was deleted, evicted, or its node drained: its events say which.\"}"
                    .formatted(reason))
            .orElseThrow());
  }

  private static Pod probed() {
    return new PodBuilder(silent())
        .editSpec()
        .editFirstContainer()
        .withNewLivenessProbe()
        .endLivenessProbe()
        .withNewStartupProbe()
        .endStartupProbe()
        .withNewLifecycle()
        .withNewPostStart()
        .endPostStart()
        .endLifecycle()
        .endContainer()
        .endSpec()
        .build();
  }

  @Test
  void goesOnWaitingWhereTheEventsCannotBeRead() {
    api.fail("GET", "events", 403);
    assertThat(explained(LATER)).isEqualTo(WAITING);
  }

  private AttemptState.Waiting explained(Instant now) {
    return (AttemptState.Waiting) events.explain(WAITING, List.of(silent()), now);
  }

  private static Pod silent() {
    return new PodBuilder(pod("a", waiting("ContainerCreating", null)))
        .editMetadata()
        .withUid("pod-uid")
        .endMetadata()
        .build();
  }

  private void has(String name, String reason, String note, int second) {
    api.has(
        new EventBuilder()
            .withNewMetadata()
            .withNamespace("platform")
            .withName(name)
            .endMetadata()
            .withNewRegarding()
            .withFieldPath("spec.containers{migration}")
            .endRegarding()
            .withType(
                reason.startsWith("Failed") || reason.equals("Unhealthy") ? "Warning" : "Normal")
            .withReason(reason)
            .withNote(note)
            .withDeprecatedLastTimestamp(NOW.plusSeconds(second).toString())
            .build(),
        "events");
  }
}
