package io.dbmigrations.operator.act;

import static io.dbmigrations.operator.testing.ClusterObjects.job;
import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.newResource;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.PlanStatusBuilder;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.client.PodLogs;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.job.PodTemplates;
import io.dbmigrations.operator.job.RunnerFiles;
import io.dbmigrations.operator.job.StopCause;
import io.dbmigrations.operator.observe.ConnectionReader;
import io.dbmigrations.operator.observe.DatabaseReadings;
import io.dbmigrations.operator.observe.KeptConnections;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.observe.OtherResources;
import io.dbmigrations.operator.observe.ProgressReadings;
import io.dbmigrations.operator.observe.Urgency;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.KnownResources;
import io.dbmigrations.operator.testing.ScriptedApi;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That each decision has its one effect, and that Jobs are cleared away. */
class ActorTest {

  private static final StatusWriter NONE =
      (_, _) -> {
        throw new AssertionError("only a start writes a status");
      };

  private final List<Runnable> readings = new ArrayList<>();
  private ScriptedApi api;
  private Actor actor;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
    api.has(job(), "jobs");
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    RunnerFiles files = new RunnerFiles(new TreeMap<>(Map.of("__main__.py", "pass")), "abc");
    ConnectionReader secrets = new ConnectionReader(api.client());
    Jobs jobs = new Jobs(api.client(), clock);
    RunnerConfigMap runner = new RunnerConfigMap(api.client(), files);
    JobSlots slots = new JobSlots(new JobSlots.Limits(0, 0), List::of, _ -> {}, clock);
    actor =
        new Actor(
            new AttemptStarter(
                api.client(),
                jobs,
                runner,
                secrets,
                slots,
                new AttemptJobs(
                    new OtherResources(KnownResources.NONE), new PodTemplates(files, null))),
            jobs,
            runner,
            new DatabaseReadings(
                new KeptConnections(secrets, Duration.ZERO, clock),
                (_, _, _) -> {
                  throw new AssertionError("nothing runs the readings here");
                },
                readings::add,
                _ -> {},
                clock),
            new ProgressReadings(new PodLogs(api.client()), readings::add, _ -> {}),
            slots,
            new Plans(api.client()));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void stopsAndDeletesTheJobOfTheAttempt() {
    Observation observation =
        with(
            underWay(new AttemptState.Waiting(Reason.PENDING, "it waits", NOW, false)).build(),
            KeptJob.of(job(), List.of(), NOW));
    var attempt = observation.attempt().orElseThrow();

    actor.act(observation, new Decision.StopJob(attempt, StopCause.SUSPENDED), NONE);
    assertThat(api.writes()).extracting(ScriptedApi.Request::method).containsExactly("PATCH");
    actor.act(observation, new Decision.DeleteJob(attempt), NONE);
    assertThat(api.holds("jobs", JOB)).isFalse();
  }

  @Test
  void readsOnThreadsOfTheReadingsAndNotOnItsOwn() {
    Observation observation = atTarget("003").build();
    actor.act(observation, new Decision.ReadDatabase("x", Ends.ONE, Urgency.AWAITED), NONE);
    assertThat(readings).hasSize(1);
    assertThat(api.writes()).isEmpty();
  }

  @Test
  void recognizesNothingBesideAJobThatMayStillMigrate() {
    Observation observation = newResource().target("003").build();
    Decision.ReadDatabase read = new Decision.ReadDatabase("x", Ends.ONE, Urgency.AWAITED);
    Decision.Recognize recognition = new Decision.Recognize(Ends.ONE, Ends.rows("003"));

    for (Decision decision : List.of(read, recognition)) {
      assertThat(actor.act(observation, decision, NONE))
          .isInstanceOfSatisfying(
              ActResult.Postponed.class,
              postponed -> assertThat(postponed.message()).contains("Job " + JOB));
    }
    assertThat(readings).isEmpty();

    api.client().batch().v1().jobs().inNamespace("platform").withName(JOB).delete();
    for (Decision decision : List.of(read, recognition)) {
      assertThat(actor.act(observation, decision, NONE)).isInstanceOf(ActResult.Done.class);
    }
    assertThat(readings).hasSize(1);
  }

  @Test
  void doesNothingForWhatIsOnlySaid() {
    actor.act(newResource().build(), Decision.Report.of(Reason.PENDING, "it waits"), NONE);
    assertThat(api.writes()).isEmpty();
    assertThat(readings).isEmpty();
  }

  @Test
  void makesTheRunnersFilesAgainForAPodThatCannotStartWithoutThem() {
    Observation waiting =
        underWay(new AttemptState.Waiting(Reason.PENDING, "it waits", NOW.minusSeconds(11), false))
            .build();
    var live = resource();
    live.setStatus(waiting.status());
    api.has(live, "databasemigrations");

    actor.act(waiting, Decision.Report.of(Reason.PENDING, "it waits"), NONE);
    assertThat(api.holds("configmaps", "dbmigration-runner-abc")).isTrue();
  }

  @Test
  void saysOfAPlanThatWaitsWhatHasBecomeOfItsSql() {
    Observation observed = underWay(new AttemptState.Missing()).build();
    PlanStatus outline = PlanStatus.outline("ab".repeat(32), "Downgrade", "2", "1", 1, List.of());
    PlanStatus plan = PlanStatusBuilder.builder(outline).sql("agent-platform-plan").build();
    Observation waiting =
        observed.with(
            DatabaseMigrationStatusBuilder.builder(observed.status()).plan(plan).build(),
            observed.attemptState());

    ActResult result =
        actor.act(waiting, Decision.Report.of(Reason.APPROVAL_REQUIRED, "it waits"), NONE);
    assertThat(result)
        .isInstanceOfSatisfying(
            ActResult.PlanChanged.class,
            changed ->
                assertThat(changed.status().plan())
                    .extracting(PlanStatus::sql, PlanStatus::digest)
                    .containsExactly(null, plan.digest()));
    assertThat(api.writes()).isEmpty();
  }

  // Clearing away.

  @Test
  void deletesNoJobWhoseOutcomeIsNotWritten() {
    Observation ending = with(underWay(Ends.succeeded("003")).build(), kept("earlier", 0));
    actor.tidy(ending, ending.status());
    assertThat(api.writes()).isEmpty();
  }

  @Test
  void deletesWhatIsObsoleteOnceTheOutcomeIsWritten() {
    Observation ended = with(atTarget("003").build(), kept("earlier", 0));
    actor.tidy(ended, ended.status());
    assertThat(api.writes())
        .singleElement()
        .satisfies(write -> assertThat(write.path()).endsWith("/jobs/earlier"));
  }

  @Test
  void goesOnWhereAPolicyKeepsWhatHasEnded() {
    api.has(new JobBuilder(job()).editMetadata().withName("earlier").endMetadata().build(), "jobs");
    api.fail("DELETE", "jobs", 422);
    Observation ended = atTarget("003").build();
    actor.tidy(with(ended, kept("earlier", 0)), ended.status());

    KeptJob running = new KeptJob("earlier", "uid", 0, null, false, "dbmigration-runner-abc");
    assertThatThrownBy(() -> actor.tidy(with(ended, running), ended.status()))
        .isInstanceOf(KubernetesClientException.class);
    api.fail("DELETE", "jobs", 500);
    assertThatThrownBy(() -> actor.tidy(with(ended, kept("earlier", 0)), ended.status()))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void hasNothingToClearAwayBeforeTheFirstAttempt() {
    actor.tidy(with(newResource().build(), kept("a", 1)), DatabaseMigrationStatus.NONE);
    assertThat(api.writes()).isEmpty();
  }

  private static Observation with(Observation observation, KeptJob job) {
    return ObservationBuilder.builder(observation).jobs(List.of(job)).build();
  }

  private static KeptJob kept(String name, int attempt) {
    return new KeptJob(name, "uid", attempt, true, true, "dbmigration-runner-abc");
  }
}
