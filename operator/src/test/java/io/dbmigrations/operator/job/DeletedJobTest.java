package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.job;
import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static io.dbmigrations.operator.testing.ClusterObjects.running;
import static io.dbmigrations.operator.testing.ClusterObjects.said;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A Job that somebody else deletes, and that a finalizer may keep for ever. */
class DeletedJobTest {

  private final Job deleted =
      new JobBuilder(job())
          .editMetadata()
          .withDeletionTimestamp(NOW.toString())
          .withFinalizers("example.com/hold")
          .endMetadata()
          .build();

  @Test
  void isWaitedForUntilItIsGone() {
    assertThat(AttemptReader.read(deleted, List.of(pod("a", running())), NOW.plusSeconds(60)))
        .isEqualTo(new AttemptState.Stopping("Pod a"));
    assertThat(AttemptReader.read(deleted, List.of(), NOW.plusSeconds(30)))
        .isInstanceOfSatisfying(
            AttemptState.Stopping.class,
            stopping -> assertThat(stopping.pod()).contains("finalizer example.com/hold"));
  }

  @Test
  void isWaitedForNoLongerWhereNothingOfItCanRun() {
    assertThat(AttemptReader.read(deleted, List.of(), NOW.plusSeconds(31)))
        .isInstanceOfSatisfying(
            AttemptState.Ended.class,
            ended -> {
              assertThat(ended.outcome().reason()).isEqualTo(Reason.POD_LOST);
              assertThat(ended.outcome().message()).contains("finalizer example.com/hold");
            });
  }

  @Test
  void hasTheEndThatItsPodHad() {
    assertThat(
            AttemptReader.read(
                deleted, List.of(pod("a", said("AtTargetRevision"))), NOW.plusSeconds(31)))
        .isInstanceOfSatisfying(
            AttemptState.Ended.class,
            ended -> assertThat(ended.outcome().reason()).isEqualTo(Reason.AT_TARGET_REVISION));
  }
}
