package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.decide;
import static io.dbmigrations.operator.decide.Decisions.migrate;
import static io.dbmigrations.operator.decide.Decisions.reason;
import static io.dbmigrations.operator.decide.Decisions.report;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.ended;
import static io.dbmigrations.operator.testing.Observations.newResource;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.StopCause;
import io.dbmigrations.operator.testing.Observations;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes before and after the rules of each state. */
class DeciderTest {

  @Test
  void startsTheFirstAttemptOfANewResource() {
    assertThat(decide(newResource())).isEqualTo(migrate(0, null));
  }

  @Test
  void leavesAResourceThatIsBeingDeleted() {
    for (Observations leaving : List.of(newResource(), atTarget("003").retry("1"))) {
      assertThat(reason(leaving.deleting())).isEqualTo(Reason.DELETING);
    }
  }

  @Test
  void endsTheMigrationOfAResourceThatIsBeingDeleted() {
    Observations running = underWay(new AttemptState.Running("pod", NOW, null)).deleting();
    assertThat(decide(running)).isInstanceOf(Decision.DeleteJob.class);
    Observations ending = underWay(new AttemptState.Stopping("Pod a")).deleting();
    assertThat(reason(ending)).isEqualTo(Reason.DELETING);
  }

  @ParameterizedTest
  @MethodSource("allThatStartAJob")
  void startsNothingWhileSuspended(Observations starting) {
    assertThat(decide(starting))
        .isInstanceOfAny(Decision.StartAttempt.class, Decision.EnsureJob.class);
    // A Job that was stopped is cleared away first.
    assertThat(decide(starting.suspended()))
        .satisfiesAnyOf(
            decision -> assertThat(decision).isInstanceOf(Decision.DeleteJob.class),
            decision ->
                assertThat(((Decision.Report) decision).reason()).isEqualTo(Reason.SUSPENDED));
  }

  @ParameterizedTest
  @MethodSource("allThatStartAJob")
  void startsNothingBesideAPodThatMayStillRun(Observations starting) {
    if (decide(starting) instanceof Decision.EnsureJob) {
      // The Pod may be of the Job that is not seen: whether it is, the API server is asked.
      assertThat(decide(starting.predecessors("agent-platform-0-abc-xyz")))
          .isInstanceOf(Decision.EnsureJob.class);
      return;
    }
    Decision.Report waits = report(starting.predecessors("agent-platform-0-abc-xyz"));

    assertThat(waits.reason()).isEqualTo(Reason.PENDING);
    assertThat(waits.message()).contains("agent-platform-0-abc-xyz");
    assertThat(waits.lookAgain()).isPositive();
  }

  static Stream<Observations> allThatStartAJob() {
    return Stream.of(
        newResource(),
        underWay(new AttemptState.Missing()),
        underWay(new AttemptState.Missing()).target("003"),
        underWay(new AttemptState.Stopped(StopCause.NEEDS_USER)),
        underWay(new AttemptState.Stopped(StopCause.EDITED)).edited(),
        atTarget("003").target("004").edited(),
        atTarget("003").retry("1"),
        atTarget(new HeldRows(List.of("003"), false), "003").read("004"),
        ended(Reason.MIGRATION_FAILED, 0, null).edited(),
        ended(Reason.DATABASE_BUSY, 0, NOW));
  }

  @Test
  void followsAJobOnEvenBesideAnotherPod() {
    Observations running =
        underWay(new AttemptState.Running("pod", NOW, null)).predecessors("another");
    assertThat(reason(running)).isEqualTo(Reason.MIGRATING);
  }
}
