package io.dbmigrations.operator.act;

import static io.dbmigrations.operator.testing.ClusterObjects.job;
import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.job.MigrationJob;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.ScriptedApi;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.io.IOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is put back of that which somebody took off a Job. */
class MarksTest {

  private ScriptedApi api;
  private Jobs jobs;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
    jobs = new Jobs(api.client(), Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void putsBackTheLabelsAndTheAnnotationByWhichAJobIsSeen() {
    Job stripped = new JobBuilder(job()).build();
    stripped.getMetadata().setLabels(Map.of("team", "shop"));
    stripped.getMetadata().setAnnotations(null);
    api.has(stripped, "jobs");

    assertThat(jobs.restoreMarks(resource(), attempt())).isTrue();
    Job live = api.client().batch().v1().jobs().inNamespace("platform").withName(JOB).get();
    assertThat(live.getMetadata().getLabels())
        .containsEntry(Names.MANAGED_BY_LABEL, Names.MANAGED_BY)
        .containsEntry("team", "shop");
    assertThat(live.getMetadata().getAnnotations())
        .containsEntry(Names.RESOURCE_ANNOTATION, "agent-platform");

    assertThat(jobs.restoreMarks(resource(), attempt())).isTrue();
    assertThat(api.writes()).hasSize(1);
  }

  @Test
  void leavesALabelOfAJobOfSomebodyElse() {
    Job other = job();
    other.getMetadata().getOwnerReferences().getFirst().setUid("another");
    api.has(other, "jobs");
    assertThat(jobs.restoreMarks(resource(), attempt())).isFalse();
    assertThat(api.writes()).isEmpty();
  }

  @Test
  void putsBackTheOwnerOfAJobThatMigratesForIt() {
    api.has(orphan(MigrationJob.labels(resource(), attempt())), "jobs");

    assertThat(jobs.restoreMarks(resource(), attempt())).isTrue();
    Job live = api.client().batch().v1().jobs().inNamespace("platform").withName(JOB).get();
    assertThat(live.getMetadata().getOwnerReferences())
        .containsExactly(MigrationJob.owner(resource()));
  }

  @Test
  void takesNoJobForItsOwnThatNobodyOwnsAndThatMigratesForAnother() {
    Map<String, String> labels = new HashMap<>(MigrationJob.labels(resource(), attempt()));
    labels.put(Names.ATTEMPT_LABEL, "99");
    api.has(orphan(labels), "jobs");
    assertThat(jobs.restoreMarks(resource(), attempt())).isFalse();
    assertThat(api.writes()).isEmpty();
  }

  private static Job orphan(Map<String, String> podLabels) {
    return new JobBuilder(job())
        .editMetadata()
        .withOwnerReferences()
        .endMetadata()
        .editSpec()
        .editTemplate()
        .withNewMetadata()
        .withLabels(podLabels)
        .endMetadata()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static AttemptStatus attempt() {
    return Attempts.intent(resource().getSpec());
  }
}
