package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.decide;
import static io.dbmigrations.operator.decide.Decisions.failure;
import static io.dbmigrations.operator.decide.Decisions.success;
import static io.dbmigrations.operator.testing.Ends.ONE;
import static io.dbmigrations.operator.testing.Ends.endedWith;
import static io.dbmigrations.operator.testing.Ends.succeeded;
import static io.dbmigrations.operator.testing.Ends.succeededInSeveralTables;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.observe.Urgency;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is decided when the container of an attempt has ended. */
class EndingTest {

  @Test
  void readsTheDatabaseBeforeItBelievesASuccess() {
    assertThat(decide(underWay(succeeded("003"))))
        .isEqualTo(new Decision.ReadDatabase(JOB + "/1", ONE, Urgency.AWAITED));
  }

  @Test
  void doesNotTakeAReadingFromBeforeTheEndForOneAfterIt() {
    assertThat(decide(underWay(succeeded("003")).readFor("an earlier job/1", "003")))
        .isInstanceOf(Decision.ReadDatabase.class);
    assertThat(decide(underWay(succeeded("003")).readFor(JOB + "/1", "003").edited()))
        .isInstanceOf(Decision.ReadDatabase.class);
  }

  @Test
  void concludesASuccessWithTheRowsAsRead() {
    assertThat(success(underWay(succeeded("003")).read("002")).rows()).containsExactly("002");
  }

  @Test
  void takesTheRunnersWordWhereItMayNotOrCannotReadItself() {
    assertThat(success(underWay(succeeded("003")).unreadable()).rows()).containsExactly("003");
    assertThat(
            success(underWay(succeeded("003")).readInVain(1, Reason.DATABASE_UNREACHABLE)).rows())
        .containsExactly("003");
  }

  @Test
  void doesNotPressSeveralVersionTablesThatDifferIntoOne() {
    assertThat(failure(underWay(succeededInSeveralTables())))
        .satisfies(failure -> {
          assertThat(failure.ended().outcome().reason()).isEqualTo(Reason.VERSION_TABLES_DIFFER);
          assertThat(failure.pause()).isNull();
        });
  }

  @Test
  void doesNotRepeatAScriptThatFailed() {
    assertThat(failure(underWay(endedWith(Reason.MIGRATION_FAILED))).pause()).isNull();
  }

  @Test
  void repeatsATransientFailureAfterAPauseThatDoubles() {
    assertThat(failure(underWay(endedWith(Reason.LOCK_TIMEOUT))).pause())
        .isBetween(Duration.ofSeconds(5), Duration.ofMillis(5500));
    assertThat(failure(underWay(endedWith(Reason.LOCK_TIMEOUT)).failures(2)).pause())
        .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(22));
  }

  @Test
  void givesUpATransientFailureAtItsLimit() {
    Decision.ConcludeFailure last = failure(underWay(endedWith(Reason.LOCK_TIMEOUT)).failures(3));
    assertThat(last.ended().outcome().reason()).isEqualTo(Reason.RETRIES_EXHAUSTED);
    assertThat(last.ended().outcome().message()).contains("LockTimeout", "its end");
    assertThat(last.pause()).isNull();
  }

  @ParameterizedTest
  @EnumSource(names = {"DATABASE_MISSING", "ROLE_MISSING", "AUTHENTICATION_FAILED"})
  void neverGivesUpWhatSomebodyElseIsMaking(Reason reason) {
    Observations often = underWay(endedWith(reason)).failures(1_000);
    assertThat(failure(often).ended().outcome().reason()).isEqualTo(reason);
    assertThat(failure(often).pause()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(66));
  }

  @Test
  void goesOnAfterALostNodeAndSaysSo() {
    Decision.ConcludeFailure lost =
        failure(underWay(new AttemptState.Lost("Node a of Pod b does not answer")));
    assertThat(lost.ended().outcome().reason()).isEqualTo(Reason.POD_LOST);
    assertThat(lost.ended().outcome().message()).isEqualTo("Node a of Pod b does not answer");
    assertThat(lost.pause()).isPositive();
  }
}
