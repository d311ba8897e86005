package io.dbmigrations.operator.act;

import static io.dbmigrations.operator.testing.ClusterObjects.deleted;
import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static io.dbmigrations.operator.testing.ClusterObjects.running;
import static io.dbmigrations.operator.testing.ClusterObjects.said;
import static io.dbmigrations.operator.testing.ClusterObjects.waiting;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.StopCause;
import io.dbmigrations.operator.testing.ClusterObjects;
import io.dbmigrations.operator.testing.ScriptedApi;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of Jobs, answer by answer of the API server. */
class JobsTest {

  private static final KeptJob SEEN = KeptJob.of(job("hash"), List.of(), NOW);
  private static final KeptJob FORMER = new KeptJob(JOB, "the-former-uid", 1, null, false, null);

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

  // Creating.

  @Test
  void takesOverAJobThatIsThereAndWasMadeForTheSame() {
    api.has(job("hash"), "jobs");
    assertThat(jobs.create(job("hash"))).isEmpty();
  }

  @Test
  void takesOverAJobWhoseAnswerWasLost() {
    api.loseAnswers("POST", "jobs");
    assertThat(creating()).isInstanceOfAny(KubernetesClientException.class);
    assertThat(api.holds("jobs", JOB)).isTrue();

    api.recover();
    assertThat(jobs.create(job("hash"))).isEmpty();
  }

  @Test
  void takesNoJobOverThatWasMadeForSomethingElseOrBySomebodyElse() {
    api.has(job("another"), "jobs");
    assertThat(jobs.create(job("hash")).map(Outcome::reason)).contains(Reason.JOB_NAME_CONFLICT);

    api.has(
        new JobBuilder(job("hash"))
            .editMetadata()
            .editFirstOwnerReference()
            .withUid("another")
            .endOwnerReference()
            .endMetadata()
            .build(),
        "jobs");
    assertThat(jobs.create(job("hash")))
        .hasValueSatisfying(outcome ->
            assertThat(outcome.message()).contains("Job " + JOB + " exists", "if nobody needs it"));
  }

  @Test
  void decidesAgainWhileAJobOfTheNameIsBeingDeleted() {
    api.has(
        new JobBuilder(job("hash"))
            .editMetadata()
            .withDeletionTimestamp(NOW.toString())
            .endMetadata()
            .build(),
        "jobs");
    assertThat(creating()).isInstanceOf(StaleResourceException.class);
  }

  @ParameterizedTest
  @CsvSource({"400, JOB_REJECTED", "403, JOB_REJECTED", "422, JOB_REJECTED"})
  void saysThatTheClusterRefusesTheJob(int status, Reason reason) {
    api.fail("POST", "jobs", status);
    assertThat(jobs.create(job("hash")))
        .hasValueSatisfying(outcome -> {
          assertThat(outcome.reason()).isEqualTo(reason);
          assertThat(outcome.message()).contains("Job " + JOB, "words of the server");
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 404, 410, 429, 500, 503})
  void doesNotTakeAFailureOfTheServerForARefusal(int status) {
    api.fail("POST", "jobs", status);
    assertThat(creating())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            failure -> assertThat(failure.getCode()).isEqualTo(status));
    assertThat(api.writes()).hasSize(1);
  }

  // Stopping and deleting.

  @ParameterizedTest
  @ValueSource(strings = {"EDITED", "SUSPENDED", "START_TIMEOUT", "RUN_TIMEOUT", "NEEDS_USER"})
  void stopsAJobAndNotesWhyInOneWrite(StopCause cause) {
    api.has(job("hash"), "jobs");
    jobs.stop("platform", SEEN, cause, "it says \"no\"");

    Job stopped = api.client().batch().v1().jobs().inNamespace("platform").withName(JOB).get();
    assertThat(stopped.getSpec().getSuspend()).isTrue();
    assertThat(stopped.getMetadata().getAnnotations())
        .containsEntry(Names.STOP_ANNOTATION, cause.wireName())
        .containsEntry(Names.AWAITED_ANNOTATION, "it says \"no\"");
    assertThat(api.writes()).hasSize(1);
  }

  @Test
  void decidesAgainWhenTheJobThatItStopsIsGone() {
    assertThatThrownBy(() -> jobs.stop("platform", SEEN, StopCause.EDITED, null))
        .isInstanceOf(StaleResourceException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 410, 422, 429, 500, 503})
  void doesNotTakeAJobForStoppedThatWasNot(int status) {
    api.has(job("hash"), "jobs");
    api.fail("PATCH", "jobs", status);
    assertThatThrownBy(() -> jobs.stop("platform", SEEN, StopCause.EDITED, null))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void deletesAJobWithItsPodsAndIsContentWhenItIsGone() {
    api.has(job("hash"), "jobs");
    jobs.delete("platform", SEEN);
    assertThat(api.holds("jobs", JOB)).isFalse();
    assertThat(api.writes().getFirst().body()).contains("\"propagationPolicy\":\"Background\"");

    jobs.delete("platform", SEEN);
  }

  @Test
  void leavesAJobThatHasTheNameOfTheOneThatItSaw() {
    api.has(job("hash"), "jobs");
    assertThatThrownBy(() -> jobs.stop("platform", FORMER, StopCause.EDITED, null))
        .isInstanceOf(StaleResourceException.class);
    jobs.delete("platform", FORMER);

    Job live = api.client().batch().v1().jobs().inNamespace("platform").withName(JOB).get();
    assertThat(live.getSpec().getSuspend()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 422, 429, 500, 503})
  void doesNotTakeAJobForDeletedThatWasNot(int status) {
    api.has(job("hash"), "jobs");
    api.fail("DELETE", "jobs", status);
    assertThatThrownBy(() -> jobs.delete("platform", SEEN))
        .isInstanceOf(KubernetesClientException.class);
  }

  // Who may still run.

  private Optional<String> runningPod() {
    return jobs.runningPod(
        resource().getMetadata().getNamespace(), resource().getMetadata().getName());
  }

  @Test
  void findsAPodOfTheNameThatMayStillRunWhateverItBelongsTo() {
    assertThat(runningPod()).isEmpty();
    api.has(pod("ended", said("AtTargetRevision")), "pods");
    assertThat(runningPod()).isEmpty();
    api.has(deleted(pod("starts-yet", waiting("ContainerCreating", null)), NOW), "pods");
    assertThat(runningPod()).contains("starts-yet");
  }

  @Test
  void doesNotWaitForAPodThatOnlyHasTheLabels() {
    api.has(
        new PodBuilder(pod("other", running()))
            .editSpec()
            .editFirstContainer()
            .withName("web")
            .endContainer()
            .endSpec()
            .build(),
        "pods");
    assertThat(runningPod()).isEmpty();
  }

  @Test
  void doesNotWaitForAPodWhoseNodeIsLost() {
    api.has(ClusterObjects.unreachable(pod("lost", running())), "pods");
    assertThat(runningPod()).isEmpty();
  }

  @Test
  void startsNothingWhereItCannotAskWhoMayStillRun() {
    api.fail("GET", "pods", 500);
    assertThatThrownBy(this::runningPod).isInstanceOf(KubernetesClientException.class);
  }

  private Throwable creating() {
    return catchThrowable(() -> jobs.create(job("hash")));
  }

  private static Job job(String request) {
    return new JobBuilder(ClusterObjects.job())
        .editMetadata()
        .addToAnnotations(Names.REQUEST_ANNOTATION, request)
        .endMetadata()
        .build();
  }
}
