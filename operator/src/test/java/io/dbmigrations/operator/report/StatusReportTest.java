package io.dbmigrations.operator.report;

import static io.dbmigrations.operator.testing.Ends.differing;
import static io.dbmigrations.operator.testing.Ends.endedWith;
import static io.dbmigrations.operator.testing.Ends.succeeded;
import static io.dbmigrations.operator.testing.Ends.succeededInSeveralTables;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.drifted;
import static io.dbmigrations.operator.testing.Observations.newResource;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.LastMigration;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseIdentity;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.OutcomeBuilder;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.KnownDatabases;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusReportTest {

  private static final Duration RESYNC = Duration.ofMinutes(5);

  @Test
  void saysForAsLongAsItLastsThatTheUrlLeadsToAnotherDatabase() {
    DatabaseReading.Rows found =
        new DatabaseReading.Rows(
            List.of("002"), true, "17.6", new DatabaseIdentity("7", "staging", Ends.ONE));
    Observation first =
        atTarget("003").database(KnownDatabases.ONE).read(Duration.ZERO, found).build();
    DatabaseMigrationStatus told =
        StatusReport.report(first, (Decision.Report) new Decider(RESYNC).decide(first));
    Observation next = first.with(told, first.attemptState());
    DatabaseMigrationStatus later =
        StatusReport.report(next, (Decision.Report) new Decider(RESYNC).decide(next));
    for (DatabaseMigrationStatus status : List.of(told, later)) {
      assertThat(ready(status).message())
          .contains("leads to another database, staging", "this resource migrated platform");
    }
  }

  @ParameterizedTest
  @EnumSource
  void followsKstatusForEveryReason(Reason reason) {
    DatabaseMigrationStatus status =
        StatusReport.report(newResource().build(), Decision.Report.of(reason, "message"));

    List<String> types = status.conditions().stream().map(Condition::type).toList();
    switch (reason.reasonClass()) {
      case DONE, WAITING, UNSEEN -> assertThat(types).containsExactly("Ready");
      case PROGRESSING, TRANSIENT -> assertThat(types).containsExactly("Ready", "Reconciling");
      case STALLED -> assertThat(types).containsExactly("Ready", "Stalled");
    }
    assertThat(ready(status).status())
        .isEqualTo(
            switch (reason.reasonClass()) {
              case DONE -> "True";
              case PROGRESSING, UNSEEN -> "Unknown";
              case TRANSIENT, WAITING, STALLED -> "False";
            });
    assertThat(status.conditions())
        .allSatisfy(condition -> {
          assertThat(condition.reason()).isEqualTo(reason.wireName());
          assertThat(condition.observedGeneration()).isEqualTo(1);
        });
    assertThat(status.observedGeneration()).isEqualTo(1);
  }

  @Test
  void changesNothingWhenTheSameIsReportedAgainLater() {
    Observation first = atTarget("003").read("003").build();
    Decision.Report report = (Decision.Report) new Decider(RESYNC).decide(first);
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
    assertThat(status.currentRevisions()).containsExactly("003");
    assertThat(status.targetRevisions()).containsExactly("003");
    assertThat(status.attempt().outcome().held()).isEqualTo(new HeldRows(List.of("003"), true));
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
  void remembersWhereAFailureLeftTheDatabaseButNotWhereOneOfSeveralTablesIs() {
    Outcome refused =
        OutcomeBuilder.builder(Outcome.of(Reason.REVISION_DRIFTED, "its end"))
            .left(List.of("001"))
            .build();
    DatabaseMigrationStatus status =
        StatusReport.failure(
            drifted("004")
                .attempt(last -> AttemptStatusBuilder.builder(last).outcome(null).build())
                .build(),
            new Decision.ConcludeFailure(AttemptState.Ended.with(refused), null, false));

    assertThat(status.attempt().outcome().left()).containsExactly("001");
    // Or each reading would be of other rows than those that were judged.
    assertThat(status.currentRevisions()).isNull();
  }

  @Test
  void doesNotSayReadyWhenOtherRowsWereRead() {
    DatabaseMigrationStatus status =
        StatusReport.success(
            underWay(succeeded("003")).build(),
            new Decision.ConcludeSuccess(succeeded("003"), List.of("002")));

    assertThat(ready(status).status()).isEqualTo("Unknown");
    assertThat(status.currentRevision()).isEqualTo("002");
    assertThat(status.targetRevisions()).containsExactly("003");
  }

  @Test
  void doesNotSayReadyOfADatabaseThatIsGoneBeforeItWasRead() {
    Observation dropped = underWay(succeeded("003")).readInVain(1, Reason.DATABASE_MISSING).build();
    DatabaseMigrationStatus status =
        StatusReport.success(
            dropped, new Decision.ConcludeSuccess(succeeded("003"), List.of("003")));

    assertThat(ready(status).status()).isEqualTo("Unknown");
  }

  @Test
  void doesNotSayReadyForAnEditThatTheAttemptDidNotServe() {
    DatabaseMigrationStatus status =
        StatusReport.success(
            underWay(succeeded("003")).target("004").edited().build(),
            new Decision.ConcludeSuccess(succeeded("003"), List.of("003")));

    assertThat(ready(status).status()).isEqualTo("Unknown");
  }

  @Test
  void doesNotSayOfAnEditThatItFailedWhenTheAttemptDidNotServeIt() {
    DatabaseMigrationStatus status =
        StatusReport.failure(
            underWay(endedWith(Reason.MIGRATION_FAILED)).edited().build(),
            new Decision.ConcludeFailure(endedWith(Reason.MIGRATION_FAILED), null, false));

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
                endedWith(Reason.DATABASE_UNREACHABLE), Duration.ofMillis(4_100), false));

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
            observation,
            new Decision.ConcludeFailure(endedWith(Reason.LOCK_TIMEOUT), pause, false));

    assertThat(ready(status).message())
        .endsWith(
            ". It is tried again by itself, at %s at the earliest".formatted(NOW.plus(pause)));
    assertThat(new Decider(RESYNC).decide(observation.with(status, observation.attemptState())))
        .isInstanceOfSatisfying(
            Decision.Report.class,
            report -> assertThat(report.message()).isEqualTo(ready(status).message()));
  }

  @Test
  void answersAnEditThatAsksForNothingNewInTheAttempt() {
    Observation edited = atTarget("003").edited().read("003").build();
    Decision.Report report = (Decision.Report) new Decider(RESYNC).decide(edited);

    assertThat(StatusReport.report(edited, report).attempt().generation()).isEqualTo(2);
    assertThat(
            StatusReport.report(edited, Decision.Report.of(Reason.MIGRATING, "it runs"))
                .attempt()
                .generation())
        .isEqualTo(1);
  }

  @Test
  void answersAnEditThatAsksForTheSameWithTheSuccessOfTheJobThatRan() {
    DatabaseMigrationStatus status =
        StatusReport.success(
            underWay(succeeded("003")).edited().build(),
            new Decision.ConcludeSuccess(succeeded("003"), List.of("003")));

    assertThat(ready(status).status()).isEqualTo("True");
    assertThat(status.attempt().generation()).isEqualTo(2);
  }

  @Test
  void saysOfSeveralVersionTablesThatDifferNoCurrentRevision() {
    Observation observation = atTarget("003").build();
    Decision.ConcludeFailure differing =
        (Decision.ConcludeFailure)
            new Decider(RESYNC).decide(underWay(succeededInSeveralTables()).build());
    DatabaseMigrationStatus status = StatusReport.failure(observation, differing);

    assertThat(status.currentRevision()).isNull();
    assertThat(status.currentRevisions()).isNull();
    assertThat(ready(status).reason()).isEqualTo("VersionTablesDiffer");
  }

  @Test
  void distinguishesBaseFromNothingKnown() {
    DatabaseMigrationStatus status =
        StatusReport.success(
            underWay(succeeded()).build(), new Decision.ConcludeSuccess(succeeded(), List.of()));

    assertThat(status.currentRevision()).isEqualTo("base");
    assertThat(status.currentRevisions()).isEmpty();
    assertThat(ready(status).status()).isEqualTo("True");
  }

  private static Condition ready(DatabaseMigrationStatus status) {
    return status.condition(Condition.READY).orElseThrow();
  }

  private static Observation later(Observation observation) {
    return ObservationBuilder.builder(observation).now(observation.now().plusSeconds(60)).build();
  }
}
