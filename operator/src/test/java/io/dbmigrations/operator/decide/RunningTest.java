package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.message;
import static io.dbmigrations.operator.decide.Decisions.reason;
import static io.dbmigrations.operator.decide.Decisions.report;
import static io.dbmigrations.operator.decide.Decisions.stopped;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.ProgressStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.StopCause;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is decided while the container of an attempt runs. */
class RunningTest {

  private static final Duration LIMIT = Duration.ofMinutes(10);

  @Test
  void neitherKillsNorReplacesAMigrationThatRunsWhenItIsEdited() {
    assertThat(reason(running().target("001").edited())).isEqualTo(Reason.MIGRATING);
    assertThat(reason(running().retry("1"))).isEqualTo(Reason.MIGRATING);
  }

  @Test
  void letsAMigrationThatRunsEndWhileSuspended() {
    assertThat(reason(running().suspended().edited())).isEqualTo(Reason.MIGRATING);
  }

  @Test
  void tellsWhatRunsByWhatTheJobWasAskedFor() {
    assertThat(message(running())).isEqualTo("Job %s migrates to head".formatted(JOB));
    assertThat(message(running().edited())).isEqualTo("Job %s migrates to head".formatted(JOB));
    assertThat(message(running().target("001").edited()))
        .isEqualTo(
            "Job %s migrates to head, as was asked for before the last edit; 001 is next"
                .formatted(JOB));
    assertThat(message(running().target("001").edited().suspended()))
        .isEqualTo(
            "Job %s migrates to head; then nothing is started, because spec.suspend is true"
                .formatted(JOB));
  }

  @Test
  void saysOfACheckThatItOnlyFindsOut() {
    assertThat(message(running().mode(MigrationMode.CHECK)))
        .isEqualTo("Job %s finds out whether the database is at head".formatted(JOB));
  }

  @Test
  void countsTheTimeOfARunFromTheStartOfItsContainer() {
    Duration left = Duration.ofSeconds(3);
    assertThat(report(running(LIMIT.plusMinutes(1).minus(left), LIMIT)).lookAgain())
        .isEqualTo(left.plusSeconds(1));
  }

  @Test
  void looksEveryFewSecondsHowFarItIs() {
    Duration often = Duration.ofMillis(5500);
    assertThat(report(running(Duration.ZERO, LIMIT)).lookAgain()).isEqualTo(often);
    assertThat(report(running(Duration.ofDays(1), null)).lookAgain()).isEqualTo(often);
  }

  @Test
  void tellsWhichStepRunsAndWhomItWaitsFor() {
    String since = "2026-01-11T09:59:00Z";
    var step = new ProgressStatus(2, 5, "003", "Upgrade", since, null);
    var held = new ProgressStatus(2, 5, "003", "Upgrade", since, "process 7, application report");
    var queued = new ProgressStatus(null, null, null, null, null, "process 7, application report");
    String runs = "Job %s migrates to head".formatted(JOB);
    assertThat(message(at(step)))
        .isEqualTo(runs + "; step 2 of 5, revision 003, since 2026-01-11T09:59:00Z");
    assertThat(message(at(held)))
        .endsWith("2026-01-11T09:59:00Z; it waits for process 7, application report");
    assertThat(message(at(queued)))
        .isEqualTo(runs + "; it waits for process 7, application report");
  }

  @Test
  void stopsARunThatTheRunnerDidNotEndInTime() {
    assertThat(reason(running(Duration.ofMinutes(11), LIMIT))).isEqualTo(Reason.MIGRATING);
    assertThat(stopped(running(Duration.ofMinutes(11).plusSeconds(1), LIMIT)))
        .isEqualTo(StopCause.RUN_TIMEOUT);
  }

  @Test
  void stopsNothingThatRunsForAnEditOfItsTimeout() {
    assertThat(reason(running(Duration.ofMinutes(5), LIMIT).runTimeout("1m").edited()))
        .isEqualTo(Reason.MIGRATING);
    assertThat(stopped(running(Duration.ofMinutes(12), LIMIT).runTimeout("1h").edited()))
        .isEqualTo(StopCause.RUN_TIMEOUT);
  }

  private static Observations at(ProgressStatus progress) {
    return underWay(new AttemptState.Running("pod", NOW, null, progress));
  }

  private static Observations running() {
    return running(Duration.ZERO, null);
  }

  private static Observations running(Duration ago, @Nullable Duration limit) {
    return underWay(new AttemptState.Running("pod", NOW.minus(ago), limit));
  }
}
