package io.dbmigrations.operator.report;

import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.endedWith;
import static io.dbmigrations.operator.testing.Observations.newResource;
import static io.dbmigrations.operator.testing.Observations.succeeded;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.LastMigration;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.observe.Observation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusReportTest {

  @ParameterizedTest
  @EnumSource
  void followsKstatusForEveryReason(Reason reason) {
    DatabaseMigrationStatus status =
        StatusReport.report(newResource().build(), Decision.Report.of(reason, "message"));

    List<String> types = status.conditions().stream().map(Condition::type).toList();
    switch (reason.reasonClass()) {
      case DONE, WAITING -> assertThat(types).containsExactly("Ready");
      case PROGRESSING, TRANSIENT -> assertThat(types).containsExactly("Ready", "Reconciling");
      case STALLED -> assertThat(types).containsExactly("Ready", "Stalled");
    }
    assertThat(status.conditions())
        .allSatisfy(condition -> {
          assertThat(condition.reason()).isEqualTo(reason.wireName());
          assertThat(condition.observedGeneration()).isEqualTo(1);
        });
    assertThat(status.observedGeneration()).isEqualTo(1);
  }

  @Test
  void changesNothingWhenTheSameIsReportedAgainLater() {
    Observation first = atTarget("003").read(JOB, Duration.ZERO, "003").build();
    Decision.Report report =
        new Decision.Report(Reason.AT_TARGET_REVISION, "at 003", List.of("003"), null, null);
    DatabaseMigrationStatus status = StatusReport.report(first, report);

    Observation later = later(first.with(status, first.attemptState()));
    assertThat(StatusReport.report(later, report)).isEqualTo(status);
  }

  @Test
  void keepsTheTransitionTimeWhileTheStatusStays() {
    Observation first = newResource().build();
    DatabaseMigrationStatus failed =
        StatusReport.report(first, Decision.Report.of(Reason.DATABASE_BUSY, "one"));
    Observation later = later(first.with(failed, first.attemptState()));

    Condition other =
        ready(StatusReport.report(later, Decision.Report.of(Reason.LOCK_TIMEOUT, "two")));
    assertThat(other.lastTransitionTime()).isEqualTo(NOW.toString());
    Condition done =
        ready(StatusReport.report(later, Decision.Report.of(Reason.AT_TARGET_REVISION, "three")));
    assertThat(done.lastTransitionTime()).isEqualTo(NOW.plusSeconds(60).toString());
  }

  @Test
  void saysReadyWithTheRowsThatWereRead() {
    DatabaseMigrationStatus status =
        StatusReport.success(
            underWay(succeeded("003")).build(),
            new Decision.ConcludeSuccess(succeeded("003"), List.of("003")));

    assertThat(ready(status).status()).isEqualTo("True");
    assertThat(status.currentRevision()).isEqualTo("003");
    assertThat(status.targetRevision()).isEqualTo("003");
    assertThat(status.database().versionTable()).isEqualTo("public.alembic_version");
    assertThat(status.lastMigration())
        .isEqualTo(
            new LastMigration(
                "base",
                "003",
                "Upgrade",
                3,
                "migrations:1",
                "sha256:1",
                JOB,
                "2026-01-11T09:59:58Z",
                "2026-01-11T09:59:59Z"));
  }

  @Test
  void doesNotSayReadyWhenOtherRowsWereRead() {
    DatabaseMigrationStatus status =
        StatusReport.success(
            underWay(succeeded("003")).build(),
            new Decision.ConcludeSuccess(succeeded("003"), List.of("002")));

    assertThat(ready(status).status()).isEqualTo("Unknown");
    assertThat(status.currentRevision()).isEqualTo("002");
    assertThat(status.targetRevision()).isEqualTo("003");
  }

  @Test
  void doesNotSayReadyForAnEditThatTheAttemptDidNotServe() {
    DatabaseMigrationStatus status =
        StatusReport.success(
            underWay(succeeded("003")).edited().build(),
            new Decision.ConcludeSuccess(succeeded("003"), List.of("003")));

    assertThat(ready(status).status()).isEqualTo("Unknown");
  }

  @Test
  void doesNotSayOfAnEditThatItFailedWhenTheAttemptDidNotServeIt() {
    DatabaseMigrationStatus status =
        StatusReport.failure(
            underWay(endedWith(Reason.MIGRATION_FAILED)).edited().build(),
            new Decision.ConcludeFailure(endedWith(Reason.MIGRATION_FAILED), null, null));

    assertThat(ready(status).reason()).isEqualTo("Pending");
    assertThat(ready(status).message()).contains("with MigrationFailed");
    assertThat(status.attempt().outcome().reason()).isEqualTo("MigrationFailed");
  }

  @Test
  void keepsWhatIsKnownWhenAnAttemptNeverReachedTheDatabase() {
    Observation observation = atTarget("003").build();
    DatabaseMigrationStatus status =
        StatusReport.failure(
            observation,
            new Decision.ConcludeFailure(
                endedWith(Reason.DATABASE_UNREACHABLE), Duration.ofMillis(4_100), null));

    assertThat(status.currentRevision()).isEqualTo("003");
    assertThat(status.database()).isEqualTo(observation.status().database());
    assertThat(status.attempt().outcome().nextAt()).isEqualTo(NOW.plusSeconds(5).toString());
    assertThat(status.attempt().outcome().reason()).isEqualTo("DatabaseUnreachable");
  }

  @Test
  void saysWhenATransientFailureIsTriedAgainAndGoesOnSayingIt() {
    Observation observation = underWay(endedWith(Reason.LOCK_TIMEOUT)).build();
    Duration pause = Duration.ofSeconds(5);
    DatabaseMigrationStatus status =
        StatusReport.failure(
            observation, new Decision.ConcludeFailure(endedWith(Reason.LOCK_TIMEOUT), pause, null));

    assertThat(ready(status).message())
        .endsWith(
            ". It is tried again by itself, at %s at the earliest".formatted(NOW.plus(pause)));
    assertThat(
            new Decider(Duration.ofMinutes(5))
                .decide(observation.with(status, observation.attemptState())))
        .isInstanceOfSatisfying(
            Decision.Report.class,
            report -> assertThat(report.message()).isEqualTo(ready(status).message()));
  }

  private static Condition ready(DatabaseMigrationStatus status) {
    return status.condition(Condition.READY).orElseThrow();
  }

  private static Observation later(Observation observation) {
    return new Observation(
        observation.namespace(),
        observation.name(),
        observation.uid(),
        observation.generation(),
        observation.deleting(),
        observation.spec(),
        observation.status(),
        observation.retry(),
        observation.request(),
        observation.attemptState(),
        observation.jobs(),
        observation.reading(),
        observation.readable(),
        observation.now().plusSeconds(60));
  }
}
