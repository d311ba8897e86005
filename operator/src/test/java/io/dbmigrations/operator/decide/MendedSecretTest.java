package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.RESYNC;
import static io.dbmigrations.operator.decide.Decisions.check;
import static io.dbmigrations.operator.decide.Decisions.migrate;
import static io.dbmigrations.operator.decide.Decisions.untilTurn;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is decided after a failure over a Secret that is mended since: nobody has to say so. */
class MendedSecretTest {

  private static final DatabaseReading UNREADABLE =
      new DatabaseReading.NotObservable("The URL cannot be read");

  @Test
  void isLookedForAfterAFailureThatDidNothing() {
    Decision.Report first = report(failed(), Condition.UNKNOWN);
    assertThat(first.reason()).isEqualTo(Reason.CONFIGURATION_ERROR);
    assertThat(first.next()).isEqualTo(new Decision.Look(JOB + "/1", null));

    Decision.Report later = report(failed().read(Duration.ZERO, UNREADABLE), Condition.UNKNOWN);
    assertThat(later.reason()).isEqualTo(Reason.CONFIGURATION_ERROR);
    assertThat(later.message())
        .isEqualTo(
            "its end. It goes on by itself as well, once the operator can read the database");
    assertThat(later.lookAgain()).isEqualTo(untilTurn());
    assertThat(report(failed().read(RESYNC, UNREADABLE), Condition.UNKNOWN).next())
        .isEqualTo(new Decision.Look(JOB + "/1", null));
  }

  @ParameterizedTest
  @EnumSource(names = {"CONFIGURATION_ERROR", "RETRIES_EXHAUSTED", "PERMISSION_DENIED"})
  void isCheckedAgainWhenTheDatabaseCanBeRead(Reason reason) {
    Observations failed = ended(reason, 0, null).mode(MigrationMode.CHECK).read("003");
    for (String before : List.of(Condition.UNKNOWN, Condition.FALSE)) {
      assertThat(decide(failed, before)).isEqualTo(check().downFrom(List.of()));
    }
  }

  @Test
  void isMigratedWithWhereNothingHadBegun() {
    assertThat(decide(failed().read("003"), Condition.UNKNOWN)).isEqualTo(migrate(0, null));
  }

  @Test
  void isTriedWhenWhatHoldsItUpIsGone() {
    Observations heldUp = failed().read("003").predecessors("another-pod");
    assertThat(report(heldUp, Condition.UNKNOWN).view()).isEqualTo(Decision.View.AS_IT_WAS);
    assertThat(report(failed().read("003").suspended(), Condition.UNKNOWN).view())
        .isNotEqualTo(Decision.View.AS_IT_WAS);
  }

  @Test
  void isNoReasonToTryAgainWhatFailedForSomethingElse() {
    Decision.Report failed = report(failed().read("003"), Condition.TRUE);
    assertThat(failed.reason()).isEqualTo(Reason.CONFIGURATION_ERROR);
    assertThat(failed.message()).isEqualTo("its end");
  }

  @ParameterizedTest
  @EnumSource(names = {"MIGRATION_FAILED", "PARTIALLY_APPLIED", "RETRIES_EXHAUSTED"})
  void isNoReasonToRunAgainWhatHadBegun(Reason reason) {
    Decision.Report failed = report(ended(reason, 0, null).read("003"), Condition.UNKNOWN);
    assertThat(failed.reason()).isEqualTo(reason);
    assertThat(failed.next()).isNull();
  }

  @Test
  void isLookedForByNobodyWhereTheOperatorMayNotRead() {
    assertThat(report(failed().unreadable(), Condition.UNKNOWN).next()).isNull();
  }

  private static Observations failed() {
    return ended(Reason.CONFIGURATION_ERROR, 0, null);
  }

  private static Decision.Report report(Observations observations, String observed) {
    Decision decision = decide(observations, observed);
    assertThat(decision).isInstanceOf(Decision.Report.class);
    return (Decision.Report) decision;
  }

  /** With what was said of the database before the last reading. */
  private static Decision decide(Observations observations, String observed) {
    Observation observation = observations.build();
    DatabaseMigrationStatus status = observation.status();
    Condition condition =
        new Condition(
            Condition.DATABASE_OBSERVED,
            observed,
            1,
            NOW.toString(),
            Reason.NOT_OBSERVABLE.wireName(),
            "as was said");
    return new Decider(RESYNC)
        .decide(
            observation.with(
                DatabaseMigrationStatusBuilder.builder(status)
                    .observedGeneration(1L)
                    .conditions(List.of(condition))
                    .lastMigration(null)
                    .history(List.of())
                    .build(),
                observation.attemptState()));
  }
}
