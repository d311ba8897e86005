package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.decide;
import static io.dbmigrations.operator.testing.Attempts.downFrom;
import static io.dbmigrations.operator.testing.Attempts.left;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.UID;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.drifted;
import static io.dbmigrations.operator.testing.Observations.ended;
import static io.dbmigrations.operator.testing.Observations.newResource;
import static io.dbmigrations.operator.testing.Observations.superseded;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptIdentity;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.StopCause;
import io.dbmigrations.operator.testing.Observations;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an attempt may take back: all, if the target is asked for, else what was left applied. */
class DescentTest {

  // Who asks for the target.

  @Test
  void isFromAnyRowsForANewResource() {
    assertThat(started(newResource()).downFrom()).isNull();
  }

  static Stream<UnaryOperator<Observations>> asking() {
    return Stream.of(one -> one.target("002").edited(), one -> one.retry("1"));
  }

  @ParameterizedTest
  @MethodSource("asking")
  void isFromAnyRowsForAnEditOfTheTargetAndForARetry(UnaryOperator<Observations> ask) {
    for (Observations one :
        List.of(
            atTarget("003").read("004"),
            drifted("004").read("004"),
            ended(Reason.LOCK_TIMEOUT, 0, NOW).attempt(downFrom("003")).attempt(left("003")),
            ended(Reason.REVISION_DRIFTED, 0, null).attempt(downFrom("003")))) {
      assertThat(started(ask.apply(one)).downFrom()).isNull();
    }
  }

  // Everything else.

  @Test
  void isFromTheRowsThatHoldTheTargetAndNotFromThoseThatWereReadLast() {
    Observations drifted = atTarget("001").said(Reason.REVISION_DRIFTED, "at 003").read("003");
    assertThat(started(drifted.image("migrations:2").edited()).downFrom()).containsExactly("001");
    Observations unnoticed = atTarget("001").image("migrations:2").edited();
    assertThat(started(unnoticed).downFrom()).containsExactly("001");
    Observations base = atTarget(new HeldRows(List.of(), false), "a1").image("migrations:2");
    assertThat(started(base.edited()).downFrom()).isEmpty();
  }

  @Test
  void isFromTheRowsThatAFailureLeftForARepetitionAndForAnEditThatLeavesTheTarget() {
    Observations failed = ended(Reason.LOCK_TIMEOUT, 0, NOW).attempt(left("001"));
    assertThat(started(failed).downFrom()).containsExactly("001");
    assertThat(started(failed.edited()).downFrom()).containsExactly("001");
    assertThat(started(failed.image("migrations:2")).downFrom()).containsExactly("001");
  }

  @Test
  void isAsItWasWhereAnAttemptCouldNotSayWhatItLeft() {
    Observations lost = ended(Reason.POD_LOST, 0, NOW);
    assertThat(started(lost).downFrom()).isNull();
    assertThat(started(lost.attempt(downFrom("004"))).downFrom()).containsExactly("004");
    assertThat(started(lost.edited()).downFrom()).containsExactly("004");
  }

  @Test
  void isAsItWasAfterAnAttemptThatWasRefusedForWhatSomebodyElseApplied() {
    Observations refused =
        drifted("003")
            .mode(MigrationMode.MIGRATE)
            .attempt(downFrom("001"))
            .attempt(left("001"))
            .image("migrations:2")
            .edited();
    assertThat(started(refused).downFrom()).containsExactly("001");
  }

  @ParameterizedTest
  @EnumSource
  void isAsItWasAfterAJobThatWasStopped(StopCause cause) {
    Observations stopped = underWay(new AttemptState.Stopped(cause)).image("migrations:2").edited();
    assertThat(started(stopped).downFrom()).isNull();
    assertThat(started(stopped.attempt(downFrom("001"))).downFrom()).containsExactly("001");
  }

  @Test
  void isAsItWasForAnIntentThatIsReplacedBeforeItsJobIsMade() {
    Observations intended = underWay(new AttemptState.Missing()).attempt(downFrom("001"));
    assertThat(started(intended.image("migrations:2").edited()).downFrom()).containsExactly("001");
  }

  @Test
  void isNotWhatACheckHasFound() {
    Observations found =
        atTarget(new HeldRows(List.of("m4"), false), "m4")
            .mode(MigrationMode.CHECK)
            .attempt(downFrom("b3"));
    assertThat(started(found.image("migrations:2").edited()).downFrom()).containsExactly("b3");
    Observations elsewhere = drifted("004").image("migrations:2").edited();
    assertThat(started(elsewhere).downFrom()).containsExactly("003");
  }

  private static Decision.StartAttempt started(Observations observations) {
    Decision decision = decide(observations);
    assertThat(decision).isInstanceOf(Decision.StartAttempt.class);
    return (Decision.StartAttempt) decision;
  }

  @Test
  void isNoneAfterALostStatusWhoseLaterAttemptsTheDatabaseRemembers() {
    assertThat(started(superseded(new AttemptIdentity(UID, 7), NOW)).downFrom()).isEmpty();
    assertThat(started(superseded(new AttemptIdentity("former", 7), NOW)).downFrom()).isNull();
  }
}
