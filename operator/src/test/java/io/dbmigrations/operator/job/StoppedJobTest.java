package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.stoppedJob;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the record of a stop says when its Pod is gone. */
class StoppedJobTest {

  @Test
  void saysWhatItsContainerWaitedFor() {
    Job job =
        new JobBuilder(stoppedJob("StartTimeout"))
            .editMetadata()
            .addToAnnotations(Names.AWAITED_ANNOTATION, "Pod a does not start: no volume")
            .endMetadata()
            .build();
    assertThat(AttemptReader.read(job, List.of(), NOW))
        .isEqualTo(
            new AttemptState.Stopped(StopCause.START_TIMEOUT, "Pod a does not start: no volume"));
  }
}
