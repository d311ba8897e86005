package io.dbmigrations.operator.observe;

import static io.dbmigrations.operator.testing.ClusterObjects.job;
import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static io.dbmigrations.operator.testing.ClusterObjects.running;
import static io.dbmigrations.operator.testing.ClusterObjects.said;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.client.PodLogs;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.job.PodTemplates;
import io.dbmigrations.operator.job.RunnerFiles;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.KnownResources;
import io.dbmigrations.operator.testing.ScriptedApi;
import io.dbmigrations.operator.testing.Templates;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is made of a resource, of its Jobs and of the Pods that carry its name. */
class ObserverTest {

  private ScriptedApi api;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void seesAResourceWithoutAStatus() {
    Observation observation = observe(resource(), List.of(), List.of());
    assertThat(observation.status()).isEqualTo(DatabaseMigrationStatus.NONE);
    assertThat(observation.attemptState()).isEqualTo(new AttemptState.Missing());
    assertThat(observation.retry()).isNull();
    assertThat(observation.deleting()).isFalse();
  }

  @Test
  void takesTheStateFromTheJobOfTheAttemptAndItsPod() {
    Observation observation =
        observe(attempted(), List.of(job()), List.of(pod("a", said("AtTargetRevision"))));
    assertThat(observation.attemptState()).isInstanceOf(AttemptState.Ended.class);
    assertThat(observation.predecessors()).isEmpty();
    assertThat(observation.jobs()).extracting(KeptJob::succeeded).containsExactly(true);
  }

  // Whose Job and whose Pod.

  @Test
  void believesNoPodThatOnlyCarriesTheNameOfTheJob() {
    Pod forged =
        new PodBuilder(pod("forged", said("AtTargetRevision")))
            .editMetadata()
            .withOwnerReferences()
            .withLabels(Map.of("batch.kubernetes.io/job-name", job().getMetadata().getName()))
            .endMetadata()
            .build();
    assertThat(observe(attempted(), List.of(job()), List.of(forged)).attemptState())
        .isInstanceOf(AttemptState.Waiting.class);
  }

  @Test
  void believesNoPodOfAnEarlierJobOfTheSameName() {
    Job again = new JobBuilder(job()).editMetadata().withUid("made-again").endMetadata().build();
    Observation observation =
        observe(attempted(), List.of(again), List.of(pod("a", said("AtTargetRevision"))));
    assertThat(observation.attemptState()).isInstanceOf(AttemptState.Waiting.class);
  }

  @Test
  void takesNoJobOfAFormerResourceOfTheNameForItsOwn() {
    Job former =
        new JobBuilder(job())
            .editMetadata()
            .editFirstOwnerReference()
            .withUid("former")
            .endOwnerReference()
            .endMetadata()
            .build();
    Observation observation = observe(attempted(), List.of(former), List.of(pod("a", running())));
    assertThat(observation.attemptState()).isEqualTo(new AttemptState.Missing());
    assertThat(observation.jobs()).isEmpty();
    assertThat(observation.predecessors()).containsExactly("a");
    assertThat(observation.unfinishedJob()).isTrue();
  }

  @Test
  void waitsForEveryPodThatMayStillRunAndIsNotTheJobs() {
    Pod earlier =
        new PodBuilder(pod("earlier", running()))
            .editMetadata()
            .editFirstOwnerReference()
            .withUid("earlier-job")
            .endOwnerReference()
            .endMetadata()
            .build();
    Observation observation =
        observe(attempted(), List.of(job()), List.of(earlier, pod("a", running())));
    assertThat(observation.predecessors()).containsExactly("earlier");
    assertThat(observation.unfinishedJob()).isFalse();
  }

  // A Job without a Pod.

  @Test
  void asksWhyAJobHasNoPodOnlyWhenItShouldHaveOne() {
    api.has(
        new EventBuilder()
            .withNewMetadata()
            .withNamespace("platform")
            .withName("e1")
            .endMetadata()
            .withNote("pods \"a\" is forbidden: exceeded quota: small")
            .build(),
        "events");
    assertThat(reasonAfter(5)).isEqualTo(Reason.PENDING);
    assertThat(reasonAfter(6)).isEqualTo(Reason.QUOTA_EXCEEDED);
  }

  @Test
  void passesOnWhatAPersonAsksFor() {
    DatabaseMigration asked = resource();
    asked.getMetadata().setAnnotations(Map.of(Names.RETRY_ANNOTATION, "2"));
    asked.getMetadata().setDeletionTimestamp(NOW.toString());
    Observation observation = observe(asked, List.of(), List.of());
    assertThat(observation.retry()).isEqualTo("2");
    assertThat(observation.deleting()).isTrue();
  }

  @Test
  void judgesATemplateWithoutAskingAnybody() {
    DatabaseMigration resource = attempted();
    assertThat(observe(resource, List.of(), List.of()).templateFault()).isNull();
    resource.setSpec(
        DatabaseMigrationSpecBuilder.builder(resource.getSpec())
            .podTemplate(Templates.yaml("spec: {restartPolicy: Always}"))
            .build());
    assertThat(observe(resource, List.of(), List.of()).templateFault())
        .contains("spec.podTemplate.spec.restartPolicy cannot be set");
    assertThat(api.writes()).isEmpty();
  }

  private Reason reasonAfter(int seconds) {
    Observation observation =
        observer(NOW.plusSeconds(seconds)).observe(attempted(), List.of(job()), List.of());
    return ((AttemptState.Waiting) observation.attemptState()).reason();
  }

  private Observation observe(DatabaseMigration resource, List<Job> jobs, List<Pod> pods) {
    return observer(NOW).observe(resource, jobs, pods);
  }

  private Observer observer(Instant now) {
    Clock clock = Clock.fixed(now, ZoneOffset.UTC);
    DatabaseReadings none =
        new DatabaseReadings(
            new KeptConnections(new ConnectionReader(api.client()), Duration.ZERO, clock),
            (_, _, _) -> {
              throw new AssertionError("observing reads no database");
            },
            Runnable::run,
            _ -> {},
            clock);
    return new Observer(
        none,
        new ProgressReadings(new PodLogs(api.client()), Runnable::run, _ -> {}),
        new MissingPods(api.client()),
        new PodEvents(api.client()),
        new OtherResources(KnownResources.NONE),
        new PodTemplates(
            new RunnerFiles(new TreeMap<>(Map.of("__main__.py", "pass")), "abc"), null),
        true,
        clock);
  }

  private static DatabaseMigration attempted() {
    DatabaseMigration resource = resource();
    AttemptStatus attempt = Attempts.intent(resource.getSpec());
    resource.setStatus(
        DatabaseMigrationStatusBuilder.builder().observedGeneration(1L).attempt(attempt).build());
    return resource;
  }
}
