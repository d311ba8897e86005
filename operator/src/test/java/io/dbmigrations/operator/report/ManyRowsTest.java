package io.dbmigrations.operator.report;

import static io.dbmigrations.operator.testing.Ends.failedInManyRows;
import static io.dbmigrations.operator.testing.Ends.succeededInManyRows;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.observe.Urgency;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.JobReadings;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is decided and said where a version table has more rows than an outcome has room for. */
class ManyRowsTest {

  private static final Decider DECIDER = new Decider(Duration.ofMinutes(5));
  private static final String[] ROWS = {"a1", "b3"};

  // SHA-256 of "a1\nb3".
  private static final String DIGEST = "0924b62cc49a9768";

  @Test
  void readsThemAndIsReadyByThoseThatTheRunLeft() {
    Observations ended = underWay(succeededInManyRows(DIGEST));
    assertThat(DECIDER.decide(ended.build()))
        .isEqualTo(new Decision.ReadDatabase(JOB + "/1", Ends.ONE, Urgency.AWAITED));

    DatabaseMigrationStatus status = concluded(ended.read(ROWS).build());
    assertThat(ready(status).status()).isEqualTo("True");
    assertThat(status.currentRevisions()).containsExactly(ROWS);
    assertThat(status.targetRevisions()).containsExactly(ROWS);
    assertThat(status.attempt().outcome().held()).isEqualTo(new HeldRows(List.of(ROWS), true));
    assertThat(status.database().versionTable()).isEqualTo(Ends.TABLE);
    assertThat(status.lastMigration().to()).isEqualTo("a1,b3");
  }

  @Test
  void isReadyByTheRunnersWordWhereTheOperatorDoesNotRead() {
    for (Observation ended :
        List.of(
            underWay(succeededInManyRows(DIGEST)).unreadable().build(),
            underWay(succeededInManyRows(DIGEST))
                .readInVain(1, Reason.DATABASE_UNREACHABLE)
                .build(),
            JobReadings.byJob(underWay(succeededInManyRows(DIGEST)).build()))) {
      DatabaseMigrationStatus status = concluded(ended);
      assertThat(ready(status).status()).isEqualTo("True");
      assertThat(ready(status).message()).isEqualTo("The database is at head");
      assertThat(status.currentRevision()).isNull();
      assertThat(status.attempt().outcome().held()).isNull();
      assertThat(status.lastMigration().to()).isNull();
    }
  }

  @Test
  void looksIntoOtherRowsByAJobAndThenOnlyNowAndThen() {
    Observation ended = underWay(succeededInManyRows(DIGEST)).read("a1").build();
    DatabaseMigrationStatus status = concluded(ended);
    assertThat(ready(status).status()).isEqualTo("Unknown");
    assertThat(status.currentRevision()).isNull();
    Observation next = ended.with(status, ended.attemptState());
    assertThat(DECIDER.decide(next))
        .isInstanceOfSatisfying(
            Decision.StartAttempt.class,
            start -> {
              assertThat(start.mode()).isEqualTo(MigrationMode.CHECK);
              assertThat(start.downFrom()).isEmpty();
            });

    Observation checked =
        underWay(succeededInManyRows(DIGEST)).mode(MigrationMode.CHECK).read("a1").build();
    Observation then = checked.with(concluded(checked), checked.attemptState());
    Decision.Report report = (Decision.Report) DECIDER.decide(then);
    DatabaseMigrationStatus told = StatusReport.report(then, report);
    assertThat(ready(told).status()).isEqualTo("Unknown");
    assertThat(ready(told).message()).contains("other rows", "hostAliases");
    assertThat(told.currentRevision()).isNull();
    assertThat(report.lookAgain()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(5));
    Observation later =
        ObservationBuilder.builder(then)
            .now(NOW.plusSeconds(600))
            .reading(
                Observations.atTarget("a1")
                    .read(Duration.ofMinutes(-10), Ends.rows("a1"))
                    .build()
                    .reading())
            .build();
    assertThat(DECIDER.decide(later)).isInstanceOf(Decision.StartAttempt.class);
  }

  @Test
  void knowsAfterAFailureWhereItLeftThemByTheReading() {
    Observations failed = underWay(failedInManyRows(Reason.LOCK_TIMEOUT, DIGEST));
    assertThat(DECIDER.decide(failed.build())).isInstanceOf(Decision.ReadDatabase.class);
    Observation read = failed.read(ROWS).build();
    DatabaseMigrationStatus status = concluded(read);
    assertThat(status.currentRevisions()).containsExactly(ROWS);
    assertThat(status.attempt().outcome().left()).containsExactly(ROWS);
    assertThat(status.attempt().outcome().leftDigest()).isNull();
    assertThat(again(read, status).downFrom()).containsExactly(ROWS);
  }

  @Test
  void takesNothingBackUnaskedWhereNobodyKnowsWhereItLeftThem() {
    for (Observation failed :
        List.of(
            underWay(failedInManyRows(Reason.LOCK_TIMEOUT, DIGEST)).unreadable().build(),
            underWay(failedInManyRows(Reason.LOCK_TIMEOUT, DIGEST)).read("a1").build())) {
      DatabaseMigrationStatus status = concluded(failed);
      assertThat(status.currentRevision()).isNull();
      assertThat(status.attempt().outcome().leftDigest()).isEqualTo(DIGEST);
      assertThat(again(failed, status).downFrom()).isEmpty();
    }
  }

  @Test
  void goesOnAfterADriftWhoseRowsNobodyKnowsAsOftenAsItReads() {
    Observation drifted =
        underWay(failedInManyRows(Reason.REVISION_DRIFTED, DIGEST)).read("a1").build();
    Observation told = drifted.with(concluded(drifted), drifted.attemptState());
    assertThat(DECIDER.decide(told)).isInstanceOf(Decision.Report.class);
    Observation later =
        ObservationBuilder.builder(told)
            .now(NOW.plusSeconds(400))
            .reading(
                Observations.atTarget("a1")
                    .read(Duration.ofSeconds(-400), Ends.rows("a1"))
                    .build()
                    .reading())
            .build();
    assertThat(DECIDER.decide(later))
        .isInstanceOfSatisfying(
            Decision.StartAttempt.class, start -> assertThat(start.downFrom()).isEmpty());
  }

  private static Decision.StartAttempt again(Observation ended, DatabaseMigrationStatus status) {
    Observation later =
        ObservationBuilder.builder(ended.with(status, ended.attemptState()))
            .now(NOW.plusSeconds(60))
            .build();
    return (Decision.StartAttempt) DECIDER.decide(later);
  }

  private static DatabaseMigrationStatus concluded(Observation ended) {
    Decision decision = DECIDER.decide(ended);
    assertThat(decision)
        .isInstanceOfAny(Decision.ConcludeSuccess.class, Decision.ConcludeFailure.class);
    return Reporting.status(ended, decision);
  }

  private static Condition ready(DatabaseMigrationStatus status) {
    return status.condition(Condition.READY).orElseThrow();
  }
}
