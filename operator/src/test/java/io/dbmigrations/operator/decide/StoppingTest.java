package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.decide;
import static io.dbmigrations.operator.decide.Decisions.failure;
import static io.dbmigrations.operator.decide.Decisions.migrate;
import static io.dbmigrations.operator.decide.Decisions.report;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.StopCause;
import io.dbmigrations.operator.testing.Observations;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is decided on a Job that was stopped. */
class StoppingTest {

  @Test
  void beginsNothingElseBeforeTheLastPodHasEnded() {
    for (Observations one :
        List.of(stopping(), stopping().target("001").edited(), stopping().retry("1"))) {
      Decision.Report waits = report(one);
      assertThat(waits.reason()).isEqualTo(Reason.PENDING);
      assertThat(waits.message()).contains("Pod a-b-c");
      assertThat(waits.lookAgain()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void startsTheEditWhateverTheJobWasStoppedFor(StopCause cause) {
    assertThat(decide(stopped(cause).target("001").edited())).isEqualTo(migrate(0, null));
  }

  @ParameterizedTest
  @EnumSource
  void deletesAStoppedJobWhileSuspended(StopCause cause) {
    assertThat(decide(stopped(cause).suspended())).isInstanceOf(Decision.DeleteJob.class);
  }

  @Test
  void concludesWhatDidNotStartInTimeOnlyNowThatItCanRunNoMore() {
    assertThat(failure(stopped(StopCause.START_TIMEOUT)).ended().outcome())
        .satisfies(outcome -> {
          assertThat(outcome.reason()).isEqualTo(Reason.DEADLINE_EXCEEDED);
          assertThat(outcome.message()).contains("timeouts.start (5m)", "dbmigrations.io/retry");
        });
    assertThat(failure(stopped(StopCause.RUN_TIMEOUT).runTimeout("10m")).ended().outcome())
        .satisfies(outcome -> {
          assertThat(outcome.reason()).isEqualTo(Reason.DEADLINE_EXCEEDED);
          assertThat(outcome.message()).contains("timeouts.run (10m)");
        });
    assertThat(failure(stopped(StopCause.START_TIMEOUT)).pause()).isNull();
  }

  @Test
  void repeatsWhatTheContainerWaitedForBecauseItsPodSaysNoMore() {
    AttemptState late =
        new AttemptState.Stopped(StopCause.START_TIMEOUT, "Pod a does not start: no volume");
    assertThat(failure(underWay(late)).ended().outcome().message())
        .contains(
            "was stopped. The last that was known of it: Pod a does not start: no volume. When the cause is gone")
        .doesNotContain("kubectl describe");
  }

  @Test
  void givesAUserToAnImageThatHasNone() {
    assertThat(decide(stopped(StopCause.NEEDS_USER))).isEqualTo(migrate(0, Stopping.NON_ROOT_USER));
  }

  @Test
  void makesTheSameAttemptAgainWhenItWasStoppedForWhatIsTakenBack() {
    assertThat(decide(stopped(StopCause.SUSPENDED).failures(2))).isEqualTo(migrate(2, null));
    assertThat(decide(stopped(StopCause.EDITED))).isEqualTo(migrate(0, null));
  }

  @ParameterizedTest
  @EnumSource
  void neverTurnsACheckIntoAMigrationForAnEditThatAsksForTheSame(StopCause cause) {
    for (Observations check :
        List.of(
            stopped(cause).mode(MigrationMode.CHECK),
            stopped(cause).mode(MigrationMode.CHECK).edited())) {
      if (decide(check) instanceof Decision.StartAttempt start) {
        assertThat(start.mode()).isEqualTo(MigrationMode.CHECK);
      }
    }
  }

  private static Observations stopping() {
    return underWay(new AttemptState.Stopping("Pod a-b-c"));
  }

  private static Observations stopped(StopCause cause) {
    return underWay(new AttemptState.Stopped(cause));
  }
}
