package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.deleted;
import static io.dbmigrations.operator.testing.ClusterObjects.job;
import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static io.dbmigrations.operator.testing.ClusterObjects.running;
import static io.dbmigrations.operator.testing.ClusterObjects.said;
import static io.dbmigrations.operator.testing.ClusterObjects.stoppedJob;
import static io.dbmigrations.operator.testing.ClusterObjects.terminated;
import static io.dbmigrations.operator.testing.ClusterObjects.unreachable;
import static io.dbmigrations.operator.testing.ClusterObjects.waiting;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ErrImagePull | failed to pull and unpack image: not found | IMAGE_PULL_FAILED | not found",
        "ImagePullBackOff | Back-off pulling image \"migrations:1\" | IMAGE_PULL_FAILED | migrations:1 cannot be pulled.",
        "InvalidImageName | invalid reference format | IMAGE_PULL_FAILED | invalid reference format",
        "ErrImageNeverPull | image is not present with pull policy of Never | IMAGE_PULL_FAILED | Never",
        "CreateContainerConfigError | secret \"db\" not found | SECRET_MISSING | Secret db does not exist",
        "CreateContainerConfigError | couldn't find key url in Secret platform/db | SECRET_MISSING | has no key url",
        "CreateContainerConfigError | configmap \"x\" not found | CONFIG_MAP_MISSING | ConfigMap x does not exist in namespace platform",
        "CreateContainerConfigError | couldn't find key host in ConfigMap platform/x | CONFIG_MAP_MISSING | ConfigMap x has no key host",
        "CreateContainerConfigError | invalid variable names | CONFIGURATION_ERROR | invalid variable names",
        "CreateContainerError | mount of working directory failed | CONFIGURATION_ERROR | working directory",
        "CreateContainerError | string field contains invalid UTF-8 | CONFIGURATION_ERROR | cannot be made: a variable of its environment has a NUL byte",
        "ContainerCreating | | PENDING | ContainerCreating",
      })
  void saysWhyAContainerWaits(String reason, String message, Reason expected, String words) {
    assertThat(read(waiting(reason, message)))
        .isInstanceOfSatisfying(
            AttemptState.Waiting.class,
            waiting -> {
              assertThat(waiting.reason()).isEqualTo(expected);
              assertThat(waiting.message()).contains(words);
            });
  }

  @Test
  void saysTheSameOfAnImageWhileTheKubeletPauses() {
    String detail = "ErrImagePull: failed to pull: not found";
    assertThat(
            read(waiting("ImagePullBackOff", "Back-off pulling image \"migrations:1\": " + detail)))
        .isEqualTo(read(waiting("ErrImagePull", "failed to pull: not found")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "container has runAsNonRoot and image will run as root (pod: \"p\", container: migration)",
        "container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root",
      })
  void noticesThatAnImageNeedsAUser(String message) {
    assertThat(read(waiting("CreateContainerConfigError", message)))
        .isEqualTo(new AttemptState.NeedsUser());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "StartError | 128 | exec: \"python3\": executable file not found in $PATH: unknown | PYTHON_MISSING",
        "StartError | 128 | exec: \"python3\": stat python3: no such file or directory | PYTHON_MISSING",
        "StartError | 128 | exec: \"python3\": permission denied | CONFIGURATION_ERROR",
        "StartError | 128 | chdir to cwd (\"/nope\"): no such file or directory | CONFIGURATION_ERROR",
        "OOMKilled | 137 | | OUT_OF_MEMORY",
        "Error | 137 | | POD_LOST",
        "Error | 143 | | POD_LOST",
        "Error | 3 | Segmentation fault | INTERNAL_ERROR",
        "Completed | 0 | something else | INTERNAL_ERROR",
      })
  void saysWhatAnEndWithoutOutcomeMeans(
      String reason, int exitCode, String message, Reason expected) {
    assertThat(ended(terminated(reason, exitCode, message)).outcome().reason()).isEqualTo(expected);
  }

  @Test
  void saysWhereTheLastWordsOfAProcessAreAndDoesNotRepeatThem() {
    String log = "connecting to postgresql://shop:s3cret@db/shop";
    assertThat(ended(terminated("Error", 134, log)).outcome().message())
        .contains("exit code 134", "in the log: kubectl logs a. When")
        .doesNotContain("s3cret", "shop");
  }

  @Test
  void waitsForAKubeletThatHasNotReadItsSecretsYet() {
    assertThat(
            read(
                waiting(
                    "CreateContainerConfigError",
                    "failed to sync secret cache: timed out waiting for the condition")))
        .isInstanceOfSatisfying(
            AttemptState.Waiting.class,
            state -> assertThat(state.reason()).isEqualTo(Reason.PENDING));
  }

  @Test
  void namesTheMemoryThatAContainerMayUse() {
    ContainerState killed = terminated("OOMKilled", 137, null);
    Pod limited =
        new PodBuilder(pod("a", killed))
            .editSpec()
            .editFirstContainer()
            .withNewResources()
            .addToLimits("memory", new Quantity("128Mi"))
            .endResources()
            .endContainer()
            .endSpec()
            .build();

    assertThat(((AttemptState.Ended) read(limited)).outcome().message())
        .contains("no more than 128Mi of memory", "LimitRange");
    assertThat(ended(killed).outcome().message()).contains("node has no memory left");
  }

  @Test
  void countsAPodThatRunsBeforeOneThatEnded() {
    Pod ended = pod("a", terminated("Error", 137, null));
    assertThat(read(pod("b", running()), ended))
        .isEqualTo(new AttemptState.Running("b", NOW, null));
    ContainerState bare = new ContainerStateBuilder().withNewRunning().endRunning().build();
    assertThat(read(pod("b", bare))).isEqualTo(new AttemptState.Running("b", NOW, null));
  }

  @Test
  void saysWhichNodeIsMissing() {
    Pod pod =
        new PodBuilder(pod("a", null))
            .editStatus()
            .withContainerStatuses()
            .addNewCondition()
            .withType("PodScheduled")
            .withStatus("False")
            .withReason("Unschedulable")
            .withMessage("0/1 nodes are available: 1 Insufficient memory")
            .endCondition()
            .endStatus()
            .build();
    assertThat(read(pod))
        .isInstanceOfSatisfying(
            AttemptState.Waiting.class,
            waiting -> assertThat(waiting.message()).contains("Insufficient memory"));
  }

  @Test
  void takesAPodThatIsGoneForLostOnlyWhenTheJobHasEnded() {
    assertThat(read())
        .isInstanceOfSatisfying(
            AttemptState.Waiting.class, waiting -> assertThat(waiting.withoutPod()).isTrue());
    assertThat(withoutPods("Failed")).isEqualTo(Reason.POD_LOST);
    assertThat(withoutPods("Complete")).isEqualTo(Reason.POD_LOST);
  }

  @Test
  void goesByTheMigrationsContainerWhateverOthersThePodHas() {
    Pod besides =
        new PodBuilder(pod("a", said("AtTargetRevision")))
            .editStatus()
            .withPhase("Running")
            .addNewContainerStatus()
            .withName("sidecar")
            .withReady(true)
            .withState(running())
            .endContainerStatus()
            .endStatus()
            .build();
    assertThat(read(besides)).isInstanceOf(AttemptState.Ended.class);
  }

  @Test
  void saysOfAJobThatAQueueHoldsThatTheQueueHoldsIt() {
    Job held = new JobBuilder(job()).editSpec().withSuspend(true).endSpec().build();
    assertThat(AttemptReader.read(held, List.of(), NOW))
        .isInstanceOfSatisfying(
            AttemptState.Waiting.class,
            waiting -> assertThat(waiting.message()).contains("suspended by somebody else"));
  }

  // A node that does not answer.

  @Test
  void takesAPodForLostWhoseNodeDoesNotAnswer() {
    assertThat(read(unreachable(pod("a", running()))))
        .isInstanceOfSatisfying(
            AttemptState.Lost.class,
            lost -> assertThat(lost.message()).contains("Node node-1 of Pod a does not answer"));
  }

  @Test
  void takesAPodForLostWhoseEndNobodyConfirms() {
    Pod deleted = deleted(pod("a", running()), NOW);
    assertThat(AttemptReader.read(job(), List.of(deleted), NOW.plusSeconds(15)))
        .isInstanceOf(AttemptState.Running.class);
    assertThat(AttemptReader.read(job(), List.of(deleted), NOW.plusSeconds(16)))
        .isInstanceOf(AttemptState.Lost.class);
  }

  @Test
  void takesAnEndForAnEndAlsoWhereTheNodeIsSilentAfterwards() {
    assertThat(read(unreachable(pod("a", said("AtTargetRevision")))))
        .isInstanceOf(AttemptState.Ended.class);
  }

  // A Job that was stopped.

  @ParameterizedTest
  @EnumSource
  void isStoppingUntilNoPodCanRunAnyMore(StopCause cause) {
    Job job = stoppedJob(cause.wireName());
    Pod mayStartYet = deleted(pod("a", waiting("ContainerCreating", null)), NOW.plusSeconds(30));

    assertThat(AttemptReader.read(job, List.of(mayStartYet), NOW))
        .isEqualTo(new AttemptState.Stopping("Pod a"));
    assertThat(AttemptReader.read(job, List.of(), NOW)).isEqualTo(new AttemptState.Stopped(cause));
  }

  @Test
  void isStoppedAlsoWhenTheNodeOfItsPodIsLost() {
    assertThat(
            AttemptReader.read(
                stoppedJob("Edited"), List.of(unreachable(pod("a", running()))), NOW))
        .isEqualTo(new AttemptState.Stopped(StopCause.EDITED));
  }

  @Test
  void believesTheRunnerThatEndedBeforeTheOrderToStopReachedIt() {
    assertThat(
            AttemptReader.read(
                stoppedJob("Edited"), List.of(pod("a", said("AtTargetRevision"))), NOW))
        .isInstanceOf(AttemptState.Ended.class);
    assertThat(
            AttemptReader.read(
                stoppedJob("Edited"), List.of(pod("a", terminated("Error", 143, null))), NOW))
        .isEqualTo(new AttemptState.Stopped(StopCause.EDITED));
  }

  @Test
  void takesNoInterruptionForNewsOfWhatWasStoppedBecauseItRanTooLong() {
    List<Pod> interrupted = List.of(pod("a", said("Interrupted")));
    assertThat(AttemptReader.read(stoppedJob("RunTimeout"), interrupted, NOW))
        .isEqualTo(new AttemptState.Stopped(StopCause.RUN_TIMEOUT));
    assertThat(AttemptReader.read(stoppedJob("Edited"), interrupted, NOW))
        .isInstanceOf(AttemptState.Ended.class);
  }

  private static Reason withoutPods(String condition) {
    return ((AttemptState.Ended) AttemptReader.read(job(condition), List.of(), NOW))
        .outcome()
        .reason();
  }

  private static AttemptState read(ContainerState state) {
    return read(pod("a", state));
  }

  private static AttemptState read(Pod... pods) {
    return AttemptReader.read(job(), List.of(pods), NOW);
  }

  private static AttemptState.Ended ended(ContainerState state) {
    return (AttemptState.Ended) read(state);
  }
}
