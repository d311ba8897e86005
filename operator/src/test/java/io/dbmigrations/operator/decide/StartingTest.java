package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.decide;
import static io.dbmigrations.operator.decide.Decisions.message;
import static io.dbmigrations.operator.decide.Decisions.migrate;
import static io.dbmigrations.operator.decide.Decisions.reason;
import static io.dbmigrations.operator.decide.Decisions.report;
import static io.dbmigrations.operator.decide.Decisions.stopped;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.StopCause;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is decided while the container of an attempt has not started. */
class StartingTest {

  private static final Duration AGES = Duration.ofHours(1);

  @Test
  void makesSureThatTheJobOfAWrittenIntentExists() {
    Observations missing = underWay(new AttemptState.Missing());
    assertThat(decide(missing)).isInstanceOf(Decision.EnsureJob.class);
    assertThat(decide(missing.edited())).isInstanceOf(Decision.EnsureJob.class);
  }

  @Test
  void doesNotMakeAJobThatNobodyAsksForAnyMore() {
    assertThat(decide(underWay(new AttemptState.Missing()).target("003").edited()))
        .isEqualTo(migrate(0, null));
  }

  @Test
  void stopsAJobBeforeItIsReplacedBecauseItsPodMayStartAfterAll() {
    assertThat(stopped(waiting(Reason.PENDING, Duration.ZERO).target("003").edited()))
        .isEqualTo(StopCause.EDITED);
    assertThat(stopped(waiting(Reason.IMAGE_PULL_FAILED, AGES).edited()))
        .isEqualTo(StopCause.EDITED);
    assertThat(stopped(waiting(Reason.PENDING, Duration.ZERO).retry("1")))
        .isEqualTo(StopCause.EDITED);
  }

  @Test
  void stopsAJobThatNeedsAUserBeforeItMakesAnother() {
    assertThat(stopped(underWay(new AttemptState.NeedsUser()))).isEqualTo(StopCause.NEEDS_USER);
  }

  @ParameterizedTest
  @EnumSource(names = {"PENDING", "IMAGE_PULL_FAILED", "UNSCHEDULABLE", "QUOTA_EXCEEDED"})
  void holdsWhatHasNotBegunToRunWhileSuspended(Reason reason) {
    assertThat(stopped(waiting(reason, AGES).suspended())).isEqualTo(StopCause.SUSPENDED);
  }

  @Test
  void wantsNoOtherJobInsteadOfOneThatIsEditedAndSuspendedAtOnce() {
    assertThat(stopped(waiting(Reason.PENDING, Duration.ZERO).target("001").edited().suspended()))
        .isEqualTo(StopCause.SUSPENDED);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "IMAGE_PULL_FAILED",
        "SECRET_MISSING",
        "UNSCHEDULABLE",
        "QUOTA_EXCEEDED",
        "JOB_REJECTED"
      })
  void keepsWhatGoesOnByItselfWhenItsReasonIsGone(Reason reason) {
    assertThat(reason(waiting(reason, AGES))).isEqualTo(reason);
  }

  @Test
  void stopsAContainerThatDoesNotStartInTime() {
    assertThat(reason(waiting(Reason.PENDING, Duration.ofMinutes(5)))).isEqualTo(Reason.PENDING);
    assertThat(stopped(waiting(Reason.PENDING, Duration.ofSeconds(301))))
        .isEqualTo(StopCause.START_TIMEOUT);
    assertThat(decide(waiting(Reason.PENDING, Duration.ofSeconds(301))))
        .isInstanceOfSatisfying(
            Decision.StopJob.class, stop -> assertThat(stop.awaited()).isEqualTo("it waits"));
  }

  @Test
  void saysWhatAStartWaitsForOnlyWhenItTakesLong() {
    Decision.Report atFirst = report(waiting(Reason.PENDING, Duration.ofSeconds(1)));
    assertThat(atFirst.message()).isEqualTo("Job %s is to migrate to head".formatted(JOB));
    assertThat(atFirst.lookAgain()).isEqualTo(Duration.ofSeconds(5));

    Decision.Report later = report(waiting(Reason.PENDING, Duration.ofSeconds(40)));
    assertThat(later.message()).isEqualTo("it waits");
    // Its events, which nobody watches, may say more.
    assertThat(later.lookAgain()).isEqualTo(Duration.ofSeconds(10));
    assertThat(report(waiting(Reason.PENDING, Duration.ofSeconds(295))).lookAgain())
        .isEqualTo(Duration.ofSeconds(6));
  }

  @Test
  void saysOfACheckThatItMigratesNothing() {
    assertThat(message(waiting(Reason.PENDING, Duration.ofSeconds(1)).mode(MigrationMode.CHECK)))
        .isEqualTo(
            "Job %s is to find out whether the database is at head, and migrates nothing"
                .formatted(JOB));
  }

  @Test
  void looksEveryFewSecondsWhyAJobHasNoPod() {
    for (Reason reason : new Reason[] {Reason.PENDING, Reason.QUOTA_EXCEEDED}) {
      assertThat(report(withoutPod(reason, Duration.ofSeconds(1))).lookAgain())
          .isLessThanOrEqualTo(Duration.ofSeconds(5));
      assertThat(report(withoutPod(reason, Duration.ofSeconds(60))).lookAgain())
          .isLessThanOrEqualTo(Duration.ofSeconds(5));
    }
  }

  @Test
  void tellsATargetByWhatTheJobIsAskedForAndNotByAnEdit() {
    assertThat(message(waiting(Reason.PENDING, Duration.ofSeconds(1)))).endsWith("to head");
  }

  private static Observations waiting(Reason reason, Duration since) {
    return underWay(new AttemptState.Waiting(reason, "it waits", NOW.minus(since), false));
  }

  private static Observations withoutPod(Reason reason, Duration since) {
    return underWay(new AttemptState.Waiting(reason, "it has no Pod", NOW.minus(since), true));
  }
}
