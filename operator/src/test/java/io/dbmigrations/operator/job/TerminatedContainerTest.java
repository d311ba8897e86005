package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.job;
import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static io.dbmigrations.operator.testing.ClusterObjects.terminated;
import static io.dbmigrations.operator.testing.ClusterObjects.waiting;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a container does not start, or ends at once, for what its template says. */
class TerminatedContainerTest {

  @Test
  void takesALimitUnderWhichNothingStartsForWantOfMemory() {
    for (String words :
        List.of(
            "runc create failed: can't get final child's PID from pipe: EOF",
            "container init was OOM-killed (memory limit too low?): unknown")) {
      AttemptState.Ended end =
          (AttemptState.Ended) read(wishing(terminated("StartError", 128, words), "8Mi"));
      assertThat(end.outcome().reason()).isEqualTo(Reason.OUT_OF_MEMORY);
      assertThat(end.outcome().message()).contains("no more than 8Mi of memory", "LimitRange");
    }
  }

  @Test
  void blamesNoLimitThatIsWideEnough() {
    String words = "runc create failed: can't get final child's PID from pipe: EOF";
    AttemptState.Ended end =
        (AttemptState.Ended) read(wishing(terminated("StartError", 128, words), "4Gi"));
    assertThat(end.outcome().reason()).isEqualTo(Reason.CONFIGURATION_ERROR);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "error mounting \"/var/lib/a\" to rootfs at \"/data\": not a directory | CONFIGURATION_ERROR | The volume v is mounted at /data: correct volumeMounts in spec.podTemplate",
        "open /dev/null: permission denied | CONFIGURATION_ERROR | correct what it names in spec.podTemplate, where volumes are mounted at /data",
        "exec: \"python3\": executable file not found in $PATH | PYTHON_MISSING | or take the volume away that hides it (/data, of spec.podTemplate)",
      })
  void namesTheMountsOfTheTemplateWhereAContainerDoesNotStart(
      String words, Reason reason, String told) {
    AttemptState.Ended end =
        (AttemptState.Ended) read(wishing(terminated("StartError", 128, words), "1Gi"));
    assertThat(end.outcome().reason()).isEqualTo(reason);
    assertThat(end.outcome().message()).contains(told).doesNotContain("/dbmigration");
  }

  @Test
  void namesTheVariablesThatAnInterpreterReadsBeforeTheRunnerCanSpeak() {
    Pod pod = wishing(terminated("Error", 1, null), "1Gi");
    pod.getSpec()
        .getContainers()
        .getFirst()
        .setEnv(
            List.of(
                new EnvVar("PYTHONUNBUFFERED", "1", null),
                new EnvVar("PYTHONHASHSEED", "0", null),
                new EnvVar("PYTHONMALLOC", "s3cret", null)));
    assertThat(((AttemptState.Ended) read(pod)).outcome().message())
        .contains("before the runner", "PYTHONMALLOC, of spec.podTemplate")
        .doesNotContain("PYTHONUNBUFFERED", "PYTHONHASHSEED", "s3cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "StartError | 128 | exec: \"/start.sh\": stat /start.sh: no such file or directory | The image has no /start.sh, with which spec.alembic.command begins",
        "Error | 2 | | Most likely /start.sh, with which spec.alembic.command begins",
        "Error | 127 | | exec \"$@\"",
      })
  void blamesTheEntrypointThatIsRunBeforeTheInterpreter(
      String reason, int exitCode, String words, String told) {
    Pod pod = wishing(terminated(reason, exitCode, words), "1Gi");
    pod.getSpec()
        .getContainers()
        .getFirst()
        .setCommand(List.of("/start.sh", "python3", "/dbmigration"));
    assertThat(((AttemptState.Ended) read(pod)).outcome())
        .returns(Reason.CONFIGURATION_ERROR, Outcome::reason)
        .extracting(Outcome::message)
        .asString()
        .contains(told)
        .doesNotContain("install Python");
  }

  @Test
  void namesThePathOfTheTemplateByWhichTheInterpreterIsLookedFor() {
    String words = "exec: \"python3\": executable file not found in $PATH";
    Pod pod = wishing(terminated("StartError", 128, words), "1Gi");
    pod.getSpec()
        .getContainers()
        .getFirst()
        .setEnv(List.of(new EnvVar("PATH", "/opt/app/bin:$(PATH)", null)));
    assertThat(((AttemptState.Ended) read(pod)).outcome().message())
        .contains("correct PATH in spec.podTemplate", "/opt/app/bin:$(PATH)");
  }

  @Test
  void saysWhatMayRunWhereTheKubeletRefusesRoot() {
    assertThat(
            read(
                waiting(
                    "CreateContainerConfigError",
                    "container's runAsUser breaks non-root policy (pod: \"p\")")))
        .isInstanceOfSatisfying(
            AttemptState.Waiting.class,
            waiting ->
                assertThat(waiting.message())
                    .contains("Correct runAsUser", "write runAsNonRoot: false beside it"));
  }

  @Test
  void saysWhyAPodWasLostThatNoNodeHasTaken() {
    Pod gone =
        new PodBuilder(pod("a", null))
            .editStatus()
            .withPhase("Failed")
            .withContainerStatuses()
            .addNewCondition()
            .withType("DisruptionTarget")
            .withStatus("True")
            .withReason("DeletionByPodGC")
            .withMessage("PodGC: node no longer exists")
            .endCondition()
            .endStatus()
            .build();
    assertThat(((AttemptState.Ended) read(gone)).outcome())
        .satisfies(outcome -> {
          assertThat(outcome.reason()).isEqualTo(Reason.UNSCHEDULABLE);
          assertThat(outcome.message())
              .contains("node-1", "correct nodeName in spec.podTemplate", "nothing was run");
        });
    gone.getStatus()
        .getConditions()
        .add(new PodConditionBuilder().withType("PodScheduled").withStatus("True").build());
    assertThat(((AttemptState.Ended) read(gone)).outcome())
        .satisfies(outcome -> {
          assertThat(outcome.reason()).isEqualTo(Reason.POD_LOST);
          assertThat(outcome.message())
              .contains("lost", "(DeletionByPodGC): PodGC: node no longer exists");
        });
  }

  private static Pod wishing(ContainerState state, String memory) {
    return new PodBuilder(pod("a", state))
        .editSpec()
        .editFirstContainer()
        .withNewResources()
        .addToLimits("memory", new Quantity(memory))
        .endResources()
        .addNewVolumeMount()
        .withName("runner")
        .withMountPath("/dbmigration")
        .endVolumeMount()
        .addNewVolumeMount()
        .withName("v")
        .withMountPath("/data")
        .endVolumeMount()
        .endContainer()
        .endSpec()
        .build();
  }

  private static AttemptState read(ContainerState state) {
    return read(pod("a", state));
  }

  private static AttemptState read(Pod pod) {
    return AttemptReader.read(job(), List.of(pod), NOW);
  }
}
