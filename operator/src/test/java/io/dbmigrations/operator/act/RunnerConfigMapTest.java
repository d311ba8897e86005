package io.dbmigrations.operator.act;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.job.MigrationJob;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.PodTemplates;
import io.dbmigrations.operator.job.RunnerFiles;
import io.dbmigrations.operator.observe.OtherResources;
import io.dbmigrations.operator.template.InvalidTemplateException;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.KnownResources;
import io.dbmigrations.operator.testing.ScriptedApi;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the runner's ConfigMap, answer by answer of the API server. */
class RunnerConfigMapTest {

  private static final RunnerFiles NEW = files("new");
  private static final RunnerFiles OLD = files("old");

  private ScriptedApi api;
  private RunnerConfigMap runner;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
    runner = new RunnerConfigMap(api.client(), NEW);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void isMadeOnceForAllResourcesOfANamespace() {
    assertThat(runner.ensure(resource())).isEmpty();
    assertThat(runner.ensure(resource())).isEmpty();
    assertThat(api.writes()).hasSize(1);
    assertThat(api.holds("configmaps", "dbmigration-runner-new")).isTrue();
  }

  @Test
  void isContentWhenItsAnswerWasLost() {
    api.loseAnswers("POST", "configmaps");
    assertThatThrownBy(() -> runner.ensure(resource()))
        .isInstanceOf(KubernetesClientException.class);
    api.recover();
    assertThat(runner.ensure(resource())).isEmpty();
  }

  @Test
  void isContentWhenSomebodyElseHasMadeItInBetween() {
    api.fail("POST", "configmaps", 409);
    assertThat(runner.ensure(resource())).isEmpty();
  }

  @Test
  void isNotTakenFromSomebodyElse() {
    api.has(
        new ConfigMapBuilder(MigrationJob.runner(resource(), NEW))
            .withData(Map.of("__main__.py", "planted"))
            .build(),
        "configmaps");
    assertThat(runner.ensure(resource()))
        .hasValueSatisfying(outcome -> {
          assertThat(outcome.reason()).isEqualTo(Reason.JOB_NAME_CONFLICT);
          assertThat(outcome.message())
              .contains("ConfigMap dbmigration-runner-new in namespace platform", "delete it")
              // It is named by the runner's version, and not by the resource.
              .doesNotContain("another name");
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 422})
  void saysThatTheClusterRefusesIt(int status) {
    api.fail("POST", "configmaps", status);
    assertThat(runner.ensure(resource()).map(Outcome::reason)).contains(Reason.JOB_REJECTED);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 410, 429, 500, 503})
  void doesNotTakeAFailureOfTheServerForARefusal(int status) {
    api.fail("POST", "configmaps", status);
    assertThatThrownBy(() -> runner.ensure(resource()))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void isDeletedWhenNoJobMountsItAnyMore() {
    api.has(MigrationJob.runner(resource(), OLD), "configmaps");
    api.has(MigrationJob.runner(resource(), NEW), "configmaps");
    runner.deleteUnused("platform", List.of(mounting(OLD), mounting(NEW)));
    assertThat(api.holds("configmaps", "dbmigration-runner-old")).isFalse();
    assertThat(api.holds("configmaps", "dbmigration-runner-new")).isTrue();
  }

  @Test
  void isKeptForAJobOfAnotherResourceThatMayNotHaveMountedItYet() {
    api.has(MigrationJob.runner(resource(), OLD), "configmaps");
    api.has(
        new JobBuilder(mounting(Attempts.intent(resource().getSpec())))
            .editMetadata()
            .withUid("of-another-resource")
            .endMetadata()
            .build(),
        "jobs");

    runner.deleteUnused("platform", List.of(mounting(OLD)));
    assertThat(api.writes()).isEmpty();
  }

  @Test
  void leavesAConfigMapAloneThatIsNotOurs() {
    api.has(
        new ConfigMapBuilder(MigrationJob.runner(resource(), OLD))
            .editMetadata()
            .withLabels(Map.of())
            .endMetadata()
            .build(),
        "configmaps");
    runner.deleteUnused("platform", List.of(mounting(OLD)));
    assertThat(api.writes()).isEmpty();
  }

  private static KeptJob mounting(RunnerFiles files) {
    return new KeptJob("job", "uid", 1, true, true, MigrationJob.runnerName(files));
  }

  private static RunnerFiles files(String digest) {
    return new RunnerFiles(new TreeMap<>(Map.of("__main__.py", digest)), digest);
  }

  private static Job mounting(AttemptStatus attempt) {
    try {
      return new AttemptJobs(new OtherResources(KnownResources.NONE), new PodTemplates(OLD, null))
          .job(resource(), attempt);
    } catch (InvalidTemplateException e) {
      throw new AssertionError(e);
    }
  }
}
