package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.job;
import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static io.dbmigrations.operator.testing.ClusterObjects.running;
import static io.dbmigrations.operator.testing.ClusterObjects.said;
import static io.dbmigrations.operator.testing.ClusterObjects.stoppedJob;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptOutcomeBuilder;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which Jobs of earlier attempts stay to be read. */
class KeptJobTest {

  private static final List<KeptJob> JOBS =
      List.of(
          finished("failure-1", 1, false),
          finished("success-2", 2, true),
          finished("failure-3", 3, false),
          finished("success-4", 4, true),
          finished("last-5", 5, false),
          new KeptJob("stopped-4", "uid", 4, null, false, null));

  @Test
  void aJobWhoseContainerDoesNotBeginTakesNoSlotForEver() {
    Job waiting = job();
    Instant created = Instant.parse(waiting.getMetadata().getCreationTimestamp());
    assertThat(KeptJob.isAtWork(waiting, created.plusSeconds(59))).isTrue();
    assertThat(KeptJob.isAtWork(waiting, created.plusSeconds(61))).isFalse();

    Job running = new JobBuilder(waiting).withNewStatus().withReady(1).endStatus().build();
    assertThat(KeptJob.isAtWork(running, created.plusSeconds(7_200))).isTrue();
    assertThat(KeptJob.isAtWork(job("Complete"), created)).isFalse();
    assertThat(KeptJob.isAtWork(stoppedJob("Edited"), created)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2999-01-01T00:00:00Z", "tomorrow", "+1000000000-12-31T23:59:59Z"})
  void waitsForNoTimeThatSomebodyWroteIntoTheStatus(String endedAt) {
    AttemptStatus last =
        attempt().ended(AttemptOutcomeBuilder.builder().endedAt(endedAt).reason("any").build());
    KeptJob own = new KeptJob(last.job(), "uid", 1, true, false, null);
    assertThat(KeptJob.obsolete(List.of(own), last, NOW)).containsExactly(own);
    assertThat(KeptJob.untilObsolete(List.of(own), last, NOW)).isZero();
  }

  @Test
  void keepsTheLastSuccessAndTheLastFailure() {
    assertThat(obsolete(JOBS, Reason.AT_TARGET_REVISION))
        .containsExactly("failure-1", "success-2", "success-4", "stopped-4");
    assertThat(obsolete(JOBS, Reason.MIGRATION_FAILED))
        .containsExactly("failure-1", "success-2", "failure-3", "stopped-4");
  }

  @Test
  void deletesNothingBeforeTheOutcomeIsWrittenDown() {
    assertThat(KeptJob.obsolete(JOBS, attempt(), NOW)).isEmpty();
    assertThat(KeptJob.untilObsolete(JOBS, attempt(), NOW)).isZero();
  }

  @Test
  void keepsTheJobOfALaterAttemptThanTheStatusKnowsBecauseThatIsFromALaggingCache() {
    List<KeptJob> jobs =
        List.of(
            finished("success-4", 4, true),
            finished("last-5", 5, true),
            new KeptJob("running-6", "uid", 6, null, false, null));

    assertThat(obsolete(jobs, Reason.AT_TARGET_REVISION)).containsExactly("success-4");
  }

  @Test
  void clearsAwayAJobThatASidecarKeepsFromFinishing() {
    List<KeptJob> jobs = List.of(new KeptJob("last-5", "uid", 5, true, false, null));
    AttemptStatus last = ended(Reason.AT_TARGET_REVISION);

    assertThat(KeptJob.obsolete(jobs, last, NOW.plusSeconds(30))).isEmpty();
    assertThat(KeptJob.untilObsolete(jobs, last, NOW)).isEqualTo(Duration.ofSeconds(31));
    assertThat(KeptJob.obsolete(jobs, last, NOW.plusSeconds(31))).isEqualTo(jobs);
  }

  @Test
  void readsHowAJobEndedFromItsPodBeforeTheJobItselfSaysSo() {
    assertThat(succeeded(pod("a", said("AtTargetRevision")))).isTrue();
    assertThat(succeeded(pod("a", said("MigrationFailed")))).isFalse();
    assertThat(succeeded(pod("a", running()))).isNull();
    assertThat(KeptJob.of(job("Complete"), List.of(), NOW))
        .isEqualTo(
            new KeptJob(
                job().getMetadata().getName(), job().getMetadata().getUid(), 1, true, true, null));
    assertThat(KeptJob.of(job("Failed"), List.of(), NOW).succeeded()).isFalse();
    assertThat(KeptJob.of(stoppedJob("Edited"), List.of(), NOW).succeeded()).isNull();
  }

  private static @Nullable Boolean succeeded(Pod pod) {
    return KeptJob.of(job(), List.of(pod), NOW).succeeded();
  }

  private static List<String> obsolete(List<KeptJob> jobs, Reason last) {
    return KeptJob.obsolete(jobs, ended(last), NOW).stream().map(KeptJob::name).toList();
  }

  private static KeptJob finished(String name, int attempt, boolean succeeded) {
    return new KeptJob(name, "uid", attempt, succeeded, true, null);
  }

  private static AttemptStatus ended(Reason reason) {
    return attempt().ended(AttemptOutcome.of(NOW.toString(), reason, "its end"));
  }

  private static AttemptStatus attempt() {
    return AttemptStatusBuilder.builder().number(5).job("last-5").build();
  }
}
