package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.deleted;
import static io.dbmigrations.operator.testing.ClusterObjects.job;
import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static io.dbmigrations.operator.testing.ClusterObjects.running;
import static io.dbmigrations.operator.testing.ClusterObjects.terminated;
import static io.dbmigrations.operator.testing.ClusterObjects.waiting;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of containers that come before the migration's own. */
class InitContainersTest {

  private static final ContainerState CRASHED = terminated("Error", 1, "password=s3cret");
  private static final ContainerState DONE = terminated("Completed", 0, null);

  // An end.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Error | 3 | CONFIGURATION_ERROR | ended with exit code 3",
        "OOMKilled | 137 | OUT_OF_MEMORY | was killed for want of memory",
        "StartError | 128 | CONFIGURATION_ERROR | could not be started (s3cret)",
        "Error | 137 | POD_LOST | ended with exit code 137",
      })
  void saysWhichOneEndedHowAndThatNothingWasRun(
      String reason, int exitCode, Reason expected, String words) {
    assertThat(failed(terminated(reason, exitCode, "s3cret")))
        .satisfies(outcome -> {
          assertThat(outcome.reason()).isEqualTo(expected);
          assertThat(outcome.message())
              .contains("Init container wait of Pod a " + words, "nothing was run")
              .doesNotContain("was lost");
        });
  }

  @Test
  void repeatsNoLogAndSaysWhatToDo() {
    assertThat(failed(CRASHED).message())
        .contains("kubectl logs a -c wait", "spec.podTemplate", "dbmigrations.io/retry")
        .doesNotContain("s3cret");
  }

  @Test
  void leavesAnEvictionAndADeletionWhatTheyAre() {
    Pod evicted =
        new PodBuilder(ended(CRASHED)).editStatus().withReason("Evicted").endStatus().build();
    assertThat(reason(evicted)).isEqualTo(Reason.POD_LOST);
    assertThat(reason(deleted(ended(CRASHED), NOW))).isEqualTo(Reason.POD_LOST);
    assertThat(reason(ended(DONE))).isEqualTo(Reason.POD_LOST);
  }

  // A wait.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ImagePullBackOff | no such image | IMAGE_PULL_FAILED | Image wait:1 of container wait cannot be pulled",
        "CreateContainerConfigError | secret \"nope\" not found | SECRET_MISSING | Container wait names it",
        "CreateContainerConfigError | container has runAsNonRoot and image will run as root | CONFIGURATION_ERROR | Container wait cannot be configured: container has runAsNonRoot and image will run as root. Write a runAsUser in its securityContext in spec.podTemplate, or write runAsNonRoot: false beside it",
        "CreateContainerError | no command specified | CONFIGURATION_ERROR | Container wait cannot be made: no command specified. Correct it in spec.podTemplate",
        "PodInitializing | | PENDING | Pod a waits for its init container wait, which has not started yet",
      })
  void saysWhyTheFirstThatIsNotDoneWaits(
      String kubelets, String message, Reason reason, String words) {
    assertThat(waits(behind(null, waiting(kubelets, message), null)))
        .satisfies(waiting -> {
          assertThat(waiting.reason()).isEqualTo(reason);
          assertThat(waiting.message()).contains(words);
        });
  }

  @Test
  void saysThatOneRuns() {
    assertThat(waits(behind(null, running(), null)).message())
        .isEqualTo("Pod a waits for its init container wait, which runs and has not ended yet");
  }

  @Test
  void saysThatASidecarHasNotStarted() {
    assertThat(waits(behind("Always", running(), null)).message())
        .isEqualTo(
            "Pod a waits for its sidecar wait, which runs, and whose startupProbe has not succeeded yet");
  }

  @Test
  void saysTheSameOfASidecarThatCrashesWhetherItRunsJustNow() {
    AttemptState.Waiting paused =
        waits(behind("Always", waiting("CrashLoopBackOff", "back-off 10s"), CRASHED));
    assertThat(paused.reason()).isEqualTo(Reason.PENDING);
    assertThat(paused.message())
        .contains("sidecar wait, which ended with exit code 1", "kubectl logs a -c wait")
        .doesNotContain("s3cret");
    assertThat(waits(behind("Always", running(), CRASHED))).isEqualTo(paused);
    assertThat(waits(behind("Always", CRASHED, null))).isEqualTo(paused);
  }

  @Test
  void passesOverThoseThatAreDone() {
    assertThat(waits(behind(null, DONE, null)).message()).contains("PodInitializing");
  }

  private static Outcome failed(ContainerState state) {
    return ((AttemptState.Ended) read(ended(state))).outcome();
  }

  private static Reason reason(Pod pod) {
    return ((AttemptState.Ended) read(pod)).outcome().reason();
  }

  private static AttemptState.Waiting waits(Pod pod) {
    return (AttemptState.Waiting) read(pod);
  }

  private static AttemptState read(Pod pod) {
    return AttemptReader.read(job(), List.of(pod), NOW);
  }

  private static Pod ended(ContainerState state) {
    return new PodBuilder(behind(null, state, null))
        .editStatus()
        .withPhase("Failed")
        .endStatus()
        .build();
  }

  private static Pod behind(
      @Nullable String restartPolicy, ContainerState state, @Nullable ContainerState last) {
    return new PodBuilder(pod("a", waiting("PodInitializing", null)))
        .editSpec()
        .addNewInitContainer()
        .withName("wait")
        .withImage("wait:1")
        .withRestartPolicy(restartPolicy)
        .endInitContainer()
        .endSpec()
        .editStatus()
        .addNewInitContainerStatus()
        .withName("wait")
        .withStarted(false)
        .withState(state)
        .withLastState(last)
        .endInitContainerStatus()
        .endStatus()
        .build();
  }
}
