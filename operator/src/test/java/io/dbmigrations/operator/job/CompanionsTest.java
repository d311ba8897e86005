package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.job;
import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static io.dbmigrations.operator.testing.ClusterObjects.said;
import static io.dbmigrations.operator.testing.ClusterObjects.terminated;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the containers beside a migration that does not reach its database. */
class CompanionsTest {

  private static final String TOLD =
      "Container proxy of its Pod, which ended with exit code 1, may be in the way: kubectl logs a -c proxy";

  @ParameterizedTest
  @ValueSource(strings = {"DatabaseUnreachable", "ConnectionLost"})
  void areNamedWhereOneHasFailedBefore(String reason) {
    assertThat(message(sidecar(reason, running(), failed(10)))).contains("its end " + TOLD);
    assertThat(message(beside(reason, failed(10)))).contains(TOLD);
  }

  @Test
  void areNotNamedWhereTheKubeletEndedThemAfterIt() {
    assertThat(message(sidecar("DatabaseUnreachable", failed(20), null))).isEqualTo("its end");
    assertThat(message(beside("DatabaseUnreachable", failed(21)))).isEqualTo("its end");
  }

  @Test
  void areNotNamedWhereTheyRunOrEndedWell() {
    assertThat(message(sidecar("DatabaseUnreachable", running(), null))).isEqualTo("its end");
    assertThat(message(beside("DatabaseUnreachable", at(terminated("Completed", 0, null), 10))))
        .isEqualTo("its end");
  }

  @Test
  void areNotNamedForOtherReasons() {
    assertThat(message(sidecar("MigrationFailed", running(), failed(10)))).isEqualTo("its end");
  }

  @Test
  void areToldToTheRunnerWhichWaitsForThem() {
    PodTemplateSpec alone =
        new PodTemplateSpecBuilder()
            .withNewSpec()
            .addNewContainer()
            .withName(MigrationJob.CONTAINER)
            .endContainer()
            .addNewInitContainer()
            .withName("fetch")
            .endInitContainer()
            .endSpec()
            .build();
    assertThat(Companions.told(alone)).isEqualTo(alone);
    PodTemplateSpec accompanied =
        new PodTemplateSpecBuilder(alone)
            .editSpec()
            .addNewContainer()
            .withName("pooler")
            .endContainer()
            .addNewInitContainer()
            .withName("proxy")
            .withRestartPolicy("Always")
            .endInitContainer()
            .endSpec()
            .build();
    assertThat(Companions.told(accompanied).getSpec().getContainers())
        .satisfiesExactly(
            migration ->
                assertThat(migration.getEnv())
                    .containsExactly(new EnvVar("DBMIGRATION_COMPANIONS", "proxy pooler", null)),
            pooler -> assertThat(pooler.getEnv()).isEmpty());
  }

  private static String message(Pod pod) {
    AttemptState state = AttemptReader.read(job(), List.of(pod), NOW);
    return ((AttemptState.Ended) state).outcome().message();
  }

  private static Pod sidecar(String reason, ContainerState state, @Nullable ContainerState last) {
    return new PodBuilder(pod("a", at(said(reason), 20)))
        .editSpec()
        .addNewInitContainer()
        .withName("proxy")
        .withRestartPolicy("Always")
        .endInitContainer()
        .endSpec()
        .editStatus()
        .addNewInitContainerStatus()
        .withName("proxy")
        .withState(state)
        .withLastState(last)
        .endInitContainerStatus()
        .endStatus()
        .build();
  }

  private static Pod beside(String reason, ContainerState state) {
    return new PodBuilder(pod("a", at(said(reason), 20)))
        .editSpec()
        .addNewContainer()
        .withName("proxy")
        .endContainer()
        .endSpec()
        .editStatus()
        .addNewContainerStatus()
        .withName("proxy")
        .withState(state)
        .endContainerStatus()
        .endStatus()
        .build();
  }

  private static ContainerState running() {
    return new ContainerStateBuilder().withNewRunning().endRunning().build();
  }

  private static ContainerState failed(int second) {
    return at(terminated("Error", 1, null), second);
  }

  private static ContainerState at(ContainerState state, int second) {
    return new ContainerStateBuilder(state)
        .editTerminated()
        .withFinishedAt("2026-01-11T10:00:%02dZ".formatted(second))
        .endTerminated()
        .build();
  }
}
