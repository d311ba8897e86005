package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.decide;
import static io.dbmigrations.operator.decide.Decisions.message;
import static io.dbmigrations.operator.decide.Decisions.migrate;
import static io.dbmigrations.operator.decide.Decisions.report;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.claimed;
import static io.dbmigrations.operator.testing.Observations.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptOutcomeBuilder;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.Claimant;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.KnownDatabases;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may write the status may write anything there: nothing of it stops a migration for good. */
class HandWrittenStatusTest {

  // The longest pause of these resources, with what spreads it.
  private static final Duration LONGEST = Duration.ofSeconds(67);

  @ParameterizedTest
  @ValueSource(strings = {"2999-01-01T00:00:00Z", "tomorrow", "2026-01-11T10:00:00+99:99", ""})
  void isTriedAgainAfterTheLongestPauseWhateverTimeStandsThere(String nextAt) {
    Decision.Report waits = report(busy(outcome -> outcome.nextAt(nextAt)));
    assertThat(waits.reason()).isEqualTo(Reason.DATABASE_BUSY);
    assertThat(waits.lookAgain()).isEqualTo(LONGEST);
    assertThat(waits.message())
        .contains("its end", "It is tried again by itself", "status.attempt.outcome.nextAt");
    assertThat(
            decide(busy(outcome -> outcome.nextAt(nextAt).endedAt(NOW.minus(LONGEST).toString()))))
        .isEqualTo(migrate(2, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2999-01-01T00:00:00Z", "tomorrow", "+1000000000-12-31T23:59:59Z"})
  void isTriedAgainAtOnceWhereItIsNotKnownEither(String endedAt) {
    assertThat(decide(busy(outcome -> outcome.nextAt("2999-01-01T00:00:00Z").endedAt(endedAt))))
        .isEqualTo(migrate(2, null));
  }

  @Test
  void waitsForATimeThatTheOperatorCanHaveWritten() {
    Decision.Report waits = report(ended(Reason.DATABASE_BUSY, 1, NOW.plusSeconds(60)));
    assertThat(waits.lookAgain()).isEqualTo(Duration.ofSeconds(60));
    assertThat(waits.message()).endsWith("at 2026-01-11T10:01:00Z at the earliest");
  }

  @Test
  void takesBackNoMoreThanARepetitionMay() {
    Observations refused =
        busy(outcome -> outcome.nextAt("tomorrow").endedAt("yesterday"))
            .attempt(Attempts.downFrom("001"));
    assertThat(decide(refused)).isEqualTo(migrate(2, null).downFrom(List.of("001")));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 60, Integer.MAX_VALUE})
  void isTriedAgainHoweverManyFailuresStandThere(int failures) {
    Decision decision = decide(ended(Reason.DATABASE_MISSING, failures, NOW));
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.StartAttempt.class, start -> assertThat(start.failures()).isPositive());
  }

  @Test
  void namesAReasonThatItDoesNotKnowAndStartsNothing() {
    assertThat(message(unknown(null)))
        .isEqualTo(
            "The status says Sunspots of the last attempt, which is no reason that this operator knows: its end. Set the annotation dbmigrations.io/retry to a new value to try again");
    assertThat(report(unknown(null)).reason()).isEqualTo(Reason.INTERNAL_ERROR);
    assertThat(decide(unknown(null).retry("1"))).isEqualTo(migrate(0, null));
  }

  @Test
  void goesOnByItselfAfterAReasonThatItDoesNotKnowWhereThatIsWritten() {
    assertThat(message(unknown(NOW.plusSeconds(5).toString()))).contains("Sunspots", "by itself");
    assertThat(decide(unknown(NOW.toString()))).isEqualTo(migrate(1, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2999-01-01T00:00:00Z", "tomorrow"})
  void asksTheDatabaseAgainWhereItIsNotKnownWhenAnOlderOneStoodInTheWay(String endedAt) {
    Claimant alive = new Claimant(true, NOW, KnownDatabases.ONE);
    Observations claimed =
        claimed(alive, "003").attempt(endedAs(outcome -> outcome.endedAt(endedAt))).read("003");
    assertThat(decide(claimed)).isEqualTo(migrate(0, null));
  }

  private static Observations busy(UnaryOperator<AttemptOutcomeBuilder> change) {
    return ended(Reason.DATABASE_BUSY, 1, NOW).attempt(endedAs(change));
  }

  private static Observations unknown(@Nullable String nextAt) {
    return ended(Reason.DATABASE_BUSY, 0, null)
        .attempt(endedAs(outcome -> outcome.reason("Sunspots").nextAt(nextAt)));
  }

  private static UnaryOperator<AttemptStatus> endedAs(UnaryOperator<AttemptOutcomeBuilder> change) {
    return last -> {
      AttemptOutcome outcome = last.outcome();
      return last.ended(change.apply(AttemptOutcomeBuilder.builder(outcome)).build());
    };
  }
}
