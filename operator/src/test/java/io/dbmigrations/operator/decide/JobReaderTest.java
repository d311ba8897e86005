package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.RESYNC;
import static io.dbmigrations.operator.decide.Decisions.check;
import static io.dbmigrations.operator.decide.Decisions.migrate;
import static io.dbmigrations.operator.testing.Ends.endedWith;
import static io.dbmigrations.operator.testing.Ends.succeeded;
import static io.dbmigrations.operator.testing.JobReadings.byJob;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.ended;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is decided where Jobs read a database in the operator's place, every two minutes here. */
class JobReaderTest {

  private static final Duration INTERVAL = Duration.ofMinutes(2);

  private static final String AT_003 = "The database is at 003, which is what head means";

  private static final AttemptState WAITING =
      new AttemptState.Waiting(Reason.IMAGE_PULL_FAILED, "no such image", NOW, false);

  // When.

  @Test
  void believesTheLastJobUntilTheIntervalIsOver() {
    Decision.Report report = report(later(ready(), INTERVAL.minusSeconds(10)));
    assertThat(report.reason()).isEqualTo(Reason.AT_TARGET_REVISION);
    assertThat(report.message()).isEqualTo(AT_003);
    assertThat(report.lookAgain()).isEqualTo(Duration.ofSeconds(10));
    assertThat(report.next()).as("the operator does not log in").isNull();
  }

  @Test
  void asksAJobWhenTheIntervalIsOver() {
    assertThat(decide(later(ready(), INTERVAL))).isEqualTo(check().downFrom(List.of("003")));
  }

  @Test
  void asksNoJobWhereNobodyWantsIt() {
    Observation own = later(ready().unreadable(), Duration.ofDays(1));
    assertThat(new Decider(RESYNC).decide(own)).isInstanceOf(Decision.Report.class);
  }

  @Test
  void asksNoJobWhileSuspended() {
    Decision.Report report = report(later(ready().suspended(), Duration.ofDays(1)));
    assertThat(report.reason()).isEqualTo(Reason.AT_TARGET_REVISION);
    assertThat(report.lookAgain()).isNull();
  }

  @Test
  void answersAnEditThatAsksForTheSameByTheLastWord() {
    Decision.Report report = report(later(ready().edited(), Duration.ZERO));
    assertThat(report.reason()).isEqualTo(Reason.AT_TARGET_REVISION);
    assertThat(report.answers()).isTrue();
  }

  @Test
  void migratesForAnEditAndForARetryBeforeItReads() {
    assertThat(decide(later(ready().target("004").edited(), INTERVAL))).isEqualTo(migrate(0, null));
    assertThat(decide(later(ready().retry("1"), INTERVAL))).isEqualTo(migrate(0, null));
    assertThat(decide(later(inVain(7).target("004").edited(), Duration.ZERO)))
        .as("readings in vain count for nothing")
        .isEqualTo(migrate(0, null));
  }

  @ParameterizedTest
  @EnumSource(names = {"REVISION_DRIFTED", "DATABASE_UNREACHABLE"})
  void asksAtOnceWhereTheOperatorsOwnReadingsSaidOtherwise(Reason said) {
    Observations doubted = atTarget("003").said(Condition.UNKNOWN, said, "as was read");
    assertThat(decide(doubted.edited())).isEqualTo(check().downFrom(List.of("003")));
    Decision.Report suspended = report(doubted.suspended().build());
    assertThat(suspended.message()).isEqualTo("as was read");
  }

  // On its way.

  @Test
  void saysWhatItSaidWhileAJobReads() {
    for (AttemptState state :
        List.of(
            WAITING,
            new AttemptState.Running("pod", NOW, null),
            new AttemptState.Stopping("Pod a"))) {
      Decision.Report report = report(later(reading(state), Duration.ofMinutes(4)));
      assertThat(report.reason()).isEqualTo(Reason.AT_TARGET_REVISION);
      assertThat(report.message()).isEqualTo(AT_003);
      assertThat(report.lookAgain()).isLessThanOrEqualTo(Duration.ofMinutes(1));
    }
  }

  @Test
  void isUnknownWhenAJobDoesNotComeToRead() {
    Decision.Report report = report(later(reading(WAITING), Duration.ofMinutes(5)));
    assertThat(report.reason()).isEqualTo(Reason.IMAGE_PULL_FAILED);
    assertThat(report.shown()).isEqualTo(ReasonClass.UNSEEN);
  }

  @Test
  void takesBackNothingThatWasSeenWhenAJobDoesNotComeToRead() {
    Observations drifted = reading(WAITING).said(Reason.REVISION_DRIFTED, "at 004");
    assertThat(report(later(drifted, Duration.ofHours(1))).message()).isEqualTo("at 004");
  }

  @Test
  void saysOfWhatKeepsAJobFromReadingNothingAtFirst() {
    Observations held = ready().predecessors("another-pod");
    assertThat(report(later(held, INTERVAL.plusMinutes(4))).reason())
        .isEqualTo(Reason.AT_TARGET_REVISION);
    assertThat(report(later(held, INTERVAL.plusMinutes(6))).reason()).isEqualTo(Reason.PENDING);
  }

  @Test
  void staysReadyWhenItIsSuspendedBeforeAJobHasBegunToRead() {
    assertThat(decide(reading(WAITING).suspended())).isInstanceOf(Decision.StopJob.class);
    Observations gone = reading(new AttemptState.Missing()).suspended();
    assertThat(report(later(gone, Duration.ofDays(1))).reason())
        .isEqualTo(Reason.AT_TARGET_REVISION);
  }

  @Test
  void stopsAJobThatWaitsToReadForAnEdit() {
    assertThat(decide(reading(WAITING).target("004").edited()))
        .isInstanceOf(Decision.StopJob.class);
    assertThat(decide(reading(new AttemptState.Missing()).target("004").edited()))
        .isEqualTo(migrate(0, null));
  }

  // At its end.

  @Test
  void isAtItsTargetByTheWordOfTheJob() {
    assertThat(decide(reading(succeeded("003")))).isInstanceOf(Decision.ConcludeSuccess.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"DATABASE_AHEAD", "VERSION_TABLES_DIFFER", "REVISION_DRIFTED"})
  void callsOtherRowsADriftAsAReadingDoes(Reason found) {
    Decision.ConcludeFailure failure =
        failure(reading(endedWith(found)).attempt(Attempts.downFrom("003")));
    assertThat(failure.ended().outcome().reason()).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(failure.pause()).isEqualTo(INTERVAL);
    if (found != Reason.REVISION_DRIFTED) {
      assertThat(failure.ended().outcome().message())
          .contains("left at 003", "dbmigrations.io/retry", "What the Job found: its end");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DATABASE_MISSING", "DATABASE_CLAIMED"})
  void saysAtOnceWhatAJobHasSeen(Reason seen) {
    assertThat(failure(reading(endedWith(seen))).pause()).isEqualTo(INTERVAL);
    Observations found = inVain(seen, 0).said(Reason.AT_TARGET_REVISION, AT_003);
    Decision.Report report = report(later(found, Duration.ZERO));
    assertThat(report.reason()).isEqualTo(seen);
    assertThat(report.shown()).isEqualTo(seen.reasonClass());
    assertThat(decide(later(found, INTERVAL))).isEqualTo(check().downFrom(List.of("003")));
  }

  @Test
  void readsAgainAfterADriftAndIsReadyWhenTheRowsAreBack() {
    Observations drifted =
        ended(Reason.REVISION_DRIFTED, 0, null)
            .mode(MigrationMode.CHECK)
            .said(Reason.REVISION_DRIFTED, "its end")
            .attempt(Attempts.downFrom("003"));
    Decision.Report waiting = report(later(drifted, INTERVAL.minusSeconds(1)));
    assertThat(waiting.reason()).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(waiting.lookAgain()).isEqualTo(Duration.ofSeconds(1));
    assertThat(decide(later(drifted, INTERVAL))).isEqualTo(check().downFrom(List.of("003")));
    assertThat(report(later(drifted.suspended(), INTERVAL)).reason())
        .isEqualTo(Reason.REVISION_DRIFTED);
  }

  @ParameterizedTest
  @EnumSource(names = {"DATABASE_UNREACHABLE", "AUTHENTICATION_FAILED", "CONFIGURATION_ERROR"})
  void isUnknownOnlyAfterThreeJobsInVain(Reason reason) {
    for (int before : new int[] {0, 1}) {
      Observations vain = inVain(reason, before).said(Reason.AT_TARGET_REVISION, AT_003);
      assertThat(report(later(vain, Duration.ZERO)).message()).isEqualTo(AT_003);
      assertThat(decide(later(vain, INTERVAL)))
          .isEqualTo(check(before + 1).downFrom(List.of("003")));
    }
    Observations third = inVain(reason, 2).said(Reason.AT_TARGET_REVISION, AT_003);
    Decision.Report hidden = report(later(third, Duration.ZERO));
    assertThat(hidden.reason()).isEqualTo(reason);
    assertThat(hidden.shown()).isEqualTo(ReasonClass.UNSEEN);
    assertThat(hidden.message()).startsWith("its end. That the database is still at");
  }

  @Test
  void givesUpNoReadingHoweverManyWereInVain() {
    assertThat(failure(reading(endedWith(Reason.DATABASE_UNREACHABLE)).failures(400)).pause())
        .isEqualTo(INTERVAL);
    assertThat(failure(reading(new AttemptState.Lost("no answer"))).ended().outcome().reason())
        .isEqualTo(Reason.POD_LOST);
    assertThat(decide(later(inVain(400), INTERVAL))).isEqualTo(check(401).downFrom(List.of("003")));
  }

  @Test
  void takesBackNothingThatWasSeenForAJobInVain() {
    Observations vain = inVain(9).said(Reason.REVISION_DRIFTED, "at 004");
    assertThat(report(later(vain, Duration.ZERO)).message()).isEqualTo("at 004");
  }

  private static Observations ready() {
    return atTarget("003").said(Reason.AT_TARGET_REVISION, AT_003);
  }

  private static Observations reading(AttemptState state) {
    return underWay(state).mode(MigrationMode.CHECK).said(Reason.AT_TARGET_REVISION, AT_003);
  }

  private static Observations inVain(int before) {
    return inVain(Reason.DATABASE_UNREACHABLE, before);
  }

  private static Observations inVain(Reason reason, int before) {
    return ended(reason, before, null).mode(MigrationMode.CHECK).attempt(Attempts.downFrom("003"));
  }

  private static Observation later(Observations observations, Duration time) {
    Observation built = observations.build();
    return ObservationBuilder.builder(built).now(NOW.plus(time)).build();
  }

  private static Decision decide(Observations observations) {
    return decide(observations.build());
  }

  private static Decision decide(Observation observation) {
    return new Decider(RESYNC).decide(byJob(observation));
  }

  private static Decision.Report report(Observation observation) {
    Decision decision = decide(observation);
    assertThat(decision).isInstanceOf(Decision.Report.class);
    return (Decision.Report) decision;
  }

  private static Decision.ConcludeFailure failure(Observations observations) {
    Decision decision = decide(observations);
    assertThat(decision).isInstanceOf(Decision.ConcludeFailure.class);
    return (Decision.ConcludeFailure) decision;
  }
}
