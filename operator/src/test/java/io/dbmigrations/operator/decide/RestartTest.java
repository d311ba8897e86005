package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.RESYNC;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.UID;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.drifted;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptOutcomeBuilder;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.observe.Urgency;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is decided after a start of the operator, which has read nothing itself by then. */
class RestartTest {

  private static final Instant STARTED = NOW.minusMillis(1);
  private static final Instant TURN = Turn.after(STARTED, UID, RESYNC);

  @Test
  void leavesASettledDatabaseUntilItsTurn() {
    Decision.Report report = report(ready());
    assertThat(report.reason()).isEqualTo(Reason.AT_TARGET_REVISION);
    assertThat(report.message()).isEqualTo("as was said");
    assertThat(report.rows()).isNull();
    assertThat(report.next()).isNull();
    assertThat(report.lookAgain()).isEqualTo(Duration.between(NOW, TURN));
  }

  @Test
  void readsItWhenItsTurnHasCome() {
    assertThat(decide(ready(), TURN.minusMillis(1))).isInstanceOf(Decision.Report.class);
    for (Instant now : new Instant[] {TURN, TURN.plusSeconds(20), TURN.plus(RESYNC)}) {
      assertThat(decide(ready(), now))
          .isEqualTo(new Decision.ReadDatabase(JOB + "/1", Ends.ONE, Urgency.ROUTINE));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REVISION_DRIFTED", "DATABASE_MISSING"})
  void saysOnWhatWasSeenForCertain(Reason seen) {
    Decision.Report report = report(ready().said(seen, "as was seen"));
    assertThat(report.reason()).isEqualTo(seen);
    assertThat(report.message()).isEqualTo("as was seen");
  }

  @Test
  void readsAtOnceWhatNobodyKnew() {
    assertReads(
        Urgency.ROUTINE, ready().said(Condition.UNKNOWN, Reason.DATABASE_UNREACHABLE, "hidden"));
    assertReads(Urgency.AWAITED, ready().said(Reason.PENDING, "it begins"));
    assertReads(Urgency.AWAITED, atTarget("003").attempt(endedAt(STARTED.minusSeconds(60))));
  }

  @Test
  void readsAtOnceWhatSomebodyWaitsFor() {
    assertReads(Urgency.AWAITED, ready().edited());
    UnaryOperator<AttemptStatus> anothers =
        last -> AttemptStatusBuilder.builder(last).job("agent-platform-1-another").build();
    assertReads(Urgency.AWAITED, ready().attempt(anothers));
  }

  @Test
  void readsAtOnceWhatThisOperatorConcludedItself() {
    assertReads(Urgency.ROUTINE, ready().attempt(endedAt(NOW)));
  }

  @Test
  void goesByAReadingThatItHas() {
    assertThat(decide(ready().readFor("another/1", "003"), NOW))
        .isInstanceOf(Decision.ReadDatabase.class);
    assertThat(report(ready().read("004")).reason()).isEqualTo(Reason.REVISION_DRIFTED);
  }

  @Test
  void leavesADriftThatAJobHasFoundUntilItsTurn() {
    Observations found =
        drifted("004")
            .attempt(endedAt(STARTED.minusSeconds(60)))
            .said(Reason.REVISION_DRIFTED, "its end");
    Decision.Report report = report(found);
    assertThat(report.reason()).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(report.lookAgain()).isEqualTo(Duration.between(NOW, TURN));
    assertThat(decide(found, TURN)).isInstanceOf(Decision.ReadDatabase.class);
  }

  private static Observations ready() {
    return atTarget("003")
        .attempt(endedAt(STARTED.minusSeconds(60)))
        .said(Reason.AT_TARGET_REVISION, "as was said");
  }

  private static UnaryOperator<AttemptStatus> endedAt(Instant end) {
    return last ->
        last.ended(AttemptOutcomeBuilder.builder(last.outcome()).endedAt(end.toString()).build());
  }

  private static void assertReads(Urgency urgency, Observations observations) {
    assertThat(decide(observations, NOW))
        .isInstanceOfSatisfying(
            Decision.ReadDatabase.class, read -> assertThat(read.urgency()).isEqualTo(urgency));
  }

  private static Decision.Report report(Observations observations) {
    Decision decision = decide(observations, NOW);
    assertThat(decision).isInstanceOf(Decision.Report.class);
    return (Decision.Report) decision;
  }

  private static Decision decide(Observations observations, Instant now) {
    return new Decider(RESYNC)
        .decide(
            ObservationBuilder.builder(observations.build())
                .lookingSince(STARTED)
                .now(now)
                .build());
  }
}
