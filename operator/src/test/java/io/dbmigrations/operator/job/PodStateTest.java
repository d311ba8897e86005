package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.deleted;
import static io.dbmigrations.operator.testing.ClusterObjects.job;
import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static io.dbmigrations.operator.testing.ClusterObjects.running;
import static io.dbmigrations.operator.testing.ClusterObjects.said;
import static io.dbmigrations.operator.testing.ClusterObjects.terminated;
import static io.dbmigrations.operator.testing.ClusterObjects.unreachable;
import static io.dbmigrations.operator.testing.ClusterObjects.waiting;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodStateTest {

  @Test
  void mayRunUntilItsContainerHasEnded() {
    assertThat(PodState.mayRun(pod("a", null), NOW)).isTrue();
    assertThat(PodState.mayRun(pod("a", waiting("ImagePullBackOff", null)), NOW)).isTrue();
    assertThat(PodState.mayRun(pod("a", running()), NOW)).isTrue();
    assertThat(PodState.mayRun(pod("a", said("AtTargetRevision")), NOW)).isFalse();
    assertThat(PodState.mayRun(pod("a", terminated("Error", 137, null)), NOW)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Succeeded", "Failed"})
  void canRunNoMoreInAPhaseThatIsAnEnd(String phase) {
    Pod evicted = new PodBuilder(pod("a", null)).editStatus().withPhase(phase).endStatus().build();
    assertThat(PodState.mayRun(evicted, NOW)).isFalse();
  }

  @Test
  void mayStartYetWhileItIsBeingDeletedBecauseAKubeletDoesThat() {
    Pod deleted = deleted(pod("a", waiting("ContainerCreating", null)), NOW);
    assertThat(PodState.mayRun(deleted, NOW)).isTrue();
    assertThat(PodState.mayRun(deleted, NOW.plusSeconds(15))).isTrue();
    assertThat(PodState.mayRun(deleted, NOW.plusSeconds(16))).isFalse();
  }

  @Test
  void isLostWhenTheNodeControllerTakesItsReadinessWithoutAReason() {
    assertThat(PodState.isLost(unreachable(pod("a", running())), NOW)).isTrue();
    assertThat(PodState.isLost(pod("a", running()), NOW)).isFalse();
  }

  @Test
  void isNotLostWhereTheKubeletSaysWhyItIsNotReady() {
    Pod unready =
        new PodBuilder(unreachable(pod("a", running())))
            .editStatus()
            .editFirstCondition()
            .withReason("ContainersNotReady")
            .endCondition()
            .endStatus()
            .build();
    assertThat(PodState.isLost(unready, NOW)).isFalse();
  }

  @Test
  void isNeverLostBeforeItHasANode() {
    Pod unscheduled =
        new PodBuilder(deleted(pod("a", null), NOW))
            .editSpec()
            .withNodeName(null)
            .endSpec()
            .build();
    assertThat(PodState.isLost(unscheduled, NOW.plusSeconds(60))).isFalse();
  }

  @Test
  void belongsToAJobByItsUidAndNotByItsLabels() {
    Pod forged =
        new PodBuilder(pod("a", running()))
            .editMetadata()
            .addToLabels("batch.kubernetes.io/job-name", job().getMetadata().getName())
            .editFirstOwnerReference()
            .withUid("another")
            .endOwnerReference()
            .endMetadata()
            .build();
    Pod owned =
        new PodBuilder(pod("a", running()))
            .editMetadata()
            .editFirstOwnerReference()
            .withController(false)
            .endOwnerReference()
            .endMetadata()
            .build();
    assertThat(PodState.isControlledBy(pod("a", running()), job())).isTrue();
    assertThat(PodState.isControlledBy(forged, job())).isFalse();
    assertThat(PodState.isControlledBy(owned, job())).isFalse();
  }
}
