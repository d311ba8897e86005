package io.dbmigrations.operator.job;

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
import org.junit.jupiter.params.provider.ValueSource;

class AttemptReaderTest {

  private static final String CREATED = "2026-01-11T10:00:00Z";

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
        "CreateContainerConfigError | configmap \"x\" not found | CONFIGURATION_ERROR | configmap",
        "CreateContainerError | mount of working directory failed | CONFIGURATION_ERROR | working directory",
        "ContainerCreating | | PENDING | ContainerCreating",
      })
  void saysWhyAContainerWaits(String reason, String message, Reason expected, String words) {
    ContainerState state =
        new ContainerStateBuilder()
            .withNewWaiting()
            .withReason(reason)
            .withMessage(message)
            .endWaiting()
            .build();

    assertThat(AttemptReader.read(job(), List.of(pod("a", state))))
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
  void quotesTheLastWordsOfAProcessButNotTheRunnersProgress() {
    String log =
        """
        {"event": "step", "revision": "002", "state": "running"}
        free(): invalid pointer
        """;
    assertThat(ended(terminated("Error", 134, log)).outcome().message())
        .contains("exit code 134", "its last words: free(): invalid pointer. When")
        .doesNotContain("event");
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

    assertThat(
            ((AttemptState.Ended) AttemptReader.read(job(), List.of(limited))).outcome().message())
        .contains("no more than 128Mi of memory", "LimitRange");
    assertThat(ended(killed).outcome().message()).contains("node has no memory left");
  }

  @Test
  void readsTheRunnersOutcome() {
    String outcome =
        """
        {"version":1,"reason":"AtTargetRevision","message":"done","before":["003"],"after":["005"],\
        "target":["005"],"plan":{"direction":"Upgrade","steps":2},"applied":2,"revision":null,\
        "alembic":"1.18.1","serverVersion":"17.6","versionTable":"public.alembic_version","more":1}\
        """;
    assertThat(ended(terminated("Completed", 0, outcome)).outcome())
        .isEqualTo(
            new Outcome(
                Reason.AT_TARGET_REVISION,
                "done",
                List.of("003"),
                List.of("005"),
                List.of("005"),
                "Upgrade",
                2,
                null,
                null,
                "1.18.1",
                "17.6",
                "public.alembic_version"));
  }

  @Test
  void doesNotBelieveAnOutcomeItCannotRead() {
    assertThat(
            ended(terminated("Completed", 0, "{\"version\":1,\"reason\":\"Fine\"}"))
                .outcome()
                .reason())
        .isEqualTo(Reason.INTERNAL_ERROR);
    assertThat(ended(terminated("Completed", 0, "{\"version\":9}")).outcome().reason())
        .isEqualTo(Reason.INTERNAL_ERROR);
  }

  @Test
  void countsAPodThatRunsBeforeOneThatEnded() {
    Pod ended = pod("a", terminated("Error", 137, null));
    Pod running = pod("b", new ContainerStateBuilder().withNewRunning().endRunning().build());
    assertThat(AttemptReader.read(job(), List.of(running, ended)))
        .isEqualTo(new AttemptState.Running());
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
    assertThat(AttemptReader.read(job(), List.of(pod)))
        .isInstanceOfSatisfying(
            AttemptState.Waiting.class,
            waiting -> assertThat(waiting.message()).contains("Insufficient memory"));
  }

  @Test
  void takesAPodThatIsGoneForLostOnlyWhenTheJobHasEnded() {
    assertThat(AttemptReader.read(job(), List.of())).isInstanceOf(AttemptState.Waiting.class);
    assertThat(withoutPods("Failed", "BackoffLimitExceeded")).isEqualTo(Reason.POD_LOST);
    assertThat(withoutPods("Complete", "CompletionsReached")).isEqualTo(Reason.POD_LOST);
    assertThat(withoutPods("Failed", "DeadlineExceeded")).isEqualTo(Reason.DEADLINE_EXCEEDED);
  }

  private static Reason withoutPods(String condition, String reason) {
    Job job =
        new JobBuilder(job())
            .withNewStatus()
            .addNewCondition()
            .withType(condition)
            .withStatus("True")
            .withReason(reason)
            .endCondition()
            .endStatus()
            .build();
    return ((AttemptState.Ended) AttemptReader.read(job, List.of())).outcome().reason();
  }

  private static AttemptState read(ContainerState state) {
    return AttemptReader.read(job(), List.of(pod("a", state)));
  }

  private static AttemptState.Ended ended(ContainerState state) {
    return (AttemptState.Ended) read(state);
  }

  private static ContainerState waiting(String reason, String message) {
    return new ContainerStateBuilder()
        .withNewWaiting()
        .withReason(reason)
        .withMessage(message)
        .endWaiting()
        .build();
  }

  private static ContainerState terminated(String reason, int exitCode, String message) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withReason(reason)
        .withExitCode(exitCode)
        .withMessage(message)
        .endTerminated()
        .build();
  }

  private static Job job() {
    return new JobBuilder()
        .withNewMetadata()
        .withName("agent-platform-1-abcdef")
        .withCreationTimestamp(CREATED)
        .endMetadata()
        .build();
  }

  private static Pod pod(String name, ContainerState state) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withCreationTimestamp(CREATED)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName(MigrationJob.CONTAINER)
        .withImage("migrations:1")
        .withCommand("python3", "/dbmigration")
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .addNewContainerStatus()
        .withName(MigrationJob.CONTAINER)
        .withState(state)
        .endContainerStatus()
        .endStatus()
        .build();
  }
}
