package io.dbmigrations.operator.report;

import static io.dbmigrations.operator.testing.JobReadings.byJob;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.OutcomeBuilder;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the status says where Jobs read a database in the operator's place. */
class JobReadingReportTest {

  private static final String AT_003 = "The database is at 003, which is what head means";

  private static final Decider DECIDER = new Decider(Duration.ofMinutes(5));

  @Test
  void staysReadyWhenTheNextReadingIsAboutToBegin() {
    Observation ready = byJob(atTarget("003").said(Reason.AT_TARGET_REVISION, AT_003).build());
    AttemptStatus next =
        AttemptStatusBuilder.builder(ready.attempt().orElseThrow())
            .number(2)
            .job("agent-platform-2-abcdef")
            .mode(MigrationMode.CHECK)
            .outcome(null)
            .build();

    DatabaseMigrationStatus status = StatusReport.intent(ready, next);

    assertThat(status.attempt()).isEqualTo(next);
    assertThat(status.condition(Condition.READY))
        .isEqualTo(ready.status().condition(Condition.READY));
    assertThat(status.condition(Condition.RECONCILING)).isEmpty();
  }

  @Test
  void saysOfAMigrationThatItBegins() {
    Observation ready = byJob(atTarget("003").said(Reason.AT_TARGET_REVISION, AT_003).build());
    DatabaseMigrationStatus status =
        StatusReport.intent(ready, ready.attempt().orElseThrow().answering(2));
    assertThat(status.condition(Condition.READY).orElseThrow().reason())
        .isEqualTo(Reason.PENDING.wireName());
  }

  @Test
  void saysAtWhichRowsAJobHasFoundTheDatabase() {
    Outcome drifted =
        OutcomeBuilder.builder(Outcome.of(Reason.DATABASE_AHEAD, "there is no script for 009"))
            .isRunners(true)
            .after(List.of("009"))
            .versionTable(Ends.TABLE)
            .build();

    DatabaseMigrationStatus status = concluded(reading(AttemptState.Ended.with(drifted), 0));

    Condition ready = status.condition(Condition.READY).orElseThrow();
    assertThat(ready.status()).isEqualTo(Condition.FALSE);
    assertThat(ready.reason()).isEqualTo(Reason.REVISION_DRIFTED.wireName());
    assertThat(ready.message()).contains("left at 003", "no script for 009");
    assertThat(status.condition(Condition.STALLED)).isPresent();
    assertThat(status.currentRevision()).isEqualTo("009");
  }

  @Test
  void isUnknownOnlyAfterThreeReadingsInVain() {
    AttemptState vain = Ends.endedWith(Reason.DATABASE_UNREACHABLE);
    for (int before : new int[] {0, 1}) {
      Condition kept = concluded(reading(vain, before)).condition(Condition.READY).orElseThrow();
      assertThat(kept.status()).isEqualTo(Condition.TRUE);
      assertThat(kept.message()).isEqualTo(AT_003);
    }
    Condition hidden = concluded(reading(vain, 2)).condition(Condition.READY).orElseThrow();
    assertThat(hidden.status()).isEqualTo(Condition.UNKNOWN);
    assertThat(hidden.reason()).isEqualTo(Reason.DATABASE_UNREACHABLE.wireName());
    assertThat(hidden.message()).contains("cannot be confirmed");
  }

  @Test
  void saysThatTheOperatorItselfDoesNotLook() {
    Observation ready = byJob(atTarget("003").read("003").build());
    DatabaseMigrationStatus status =
        StatusReport.report(ready, (Decision.Report) DECIDER.decide(ready));
    Condition observed = status.condition(Condition.DATABASE_OBSERVED).orElseThrow();
    assertThat(observed.status()).isEqualTo(Condition.UNKNOWN);
    assertThat(observed.reason()).isEqualTo(Reason.NOT_OBSERVABLE.wireName());
    assertThat(observed.message()).contains("spec.drift.reader");
  }

  @Test
  void keepsWhatWasSaidWhileAReadingStandsInLine() {
    Observation ready =
        byJob(
            underWay(new AttemptState.Missing())
                .mode(MigrationMode.CHECK)
                .said(Reason.AT_TARGET_REVISION, AT_003)
                .build());
    Decision.Report inLine = Decision.Report.of(Reason.PENDING, "it starts when its turn comes");
    assertThat(DECIDER.told(ready, DECIDER.decide(ready), inLine).message()).isEqualTo(AT_003);
    Observation other = ready.with(status(ready, MigrationMode.MIGRATE), ready.attemptState());
    assertThat(DECIDER.told(other, DECIDER.decide(other), inLine)).isEqualTo(inLine);
  }

  private static DatabaseMigrationStatus status(Observation observation, MigrationMode mode) {
    DatabaseMigrationStatus status = observation.status();
    return DatabaseMigrationStatusBuilder.builder(status)
        .attempt(AttemptStatusBuilder.builder(status.attempt()).mode(mode).build())
        .history(List.of())
        .build();
  }

  private static DatabaseMigrationStatus concluded(Observation reading) {
    return Reporting.status(reading, DECIDER.decide(reading));
  }

  private static Observation reading(AttemptState state, int before) {
    Observations observations =
        underWay(state)
            .mode(MigrationMode.CHECK)
            .failures(before)
            .attempt(Attempts.downFrom("003"))
            .said(Reason.AT_TARGET_REVISION, AT_003);
    return byJob(observations.build());
  }
}
