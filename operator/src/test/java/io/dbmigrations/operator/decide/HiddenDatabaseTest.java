package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.RESYNC;
import static io.dbmigrations.operator.decide.Decisions.check;
import static io.dbmigrations.operator.decide.Decisions.decide;
import static io.dbmigrations.operator.decide.Decisions.message;
import static io.dbmigrations.operator.decide.Decisions.reason;
import static io.dbmigrations.operator.decide.Decisions.report;
import static io.dbmigrations.operator.decide.Decisions.untilTurn;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is decided once an attempt has reached its target, and the database cannot be read. */
class HiddenDatabaseTest {

  private static final String AT_003 = "The database is at 003";

  @Test
  void endsReadyAtOnceWhenThereIsNoSuchDatabase() {
    Observations dropped = ready().readInVain(1, Reason.DATABASE_MISSING);
    assertThat(reason(dropped)).isEqualTo(Reason.DATABASE_MISSING);
    assertThat(report(dropped).shown()).isEqualTo(ReasonClass.TRANSIENT);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "DATABASE_UNREACHABLE",
        "AUTHENTICATION_FAILED",
        "PERMISSION_DENIED",
        "ROLE_MISSING",
        "SECRET_MISSING",
        "SECRET_FORBIDDEN"
      })
  void isUnknownOnlyAfterThreeReadingsInVain(Reason reason) {
    for (int misses : new int[] {1, 2}) {
      Decision.Report kept = report(ready().readInVain(misses, reason));
      assertThat(kept.reason()).isEqualTo(Reason.AT_TARGET_REVISION);
      assertThat(kept.message()).isEqualTo(AT_003);
      assertThat(kept.shown()).isEqualTo(ReasonClass.DONE);
    }
    Decision.Report hidden = report(ready().readInVain(3, reason));
    assertThat(hidden.reason()).isEqualTo(reason);
    assertThat(hidden.shown()).isEqualTo(ReasonClass.UNSEEN);
    assertThat(hidden.message())
        .startsWith(
            "it says no. That the database is still at 003, where it was, cannot be confirmed");
  }

  @Test
  void saysWhatToDoWhereOnlyTheJobsComeThrough() {
    String policy = "let in the operator, too";
    assertThat(message(ready().readInVain(3, Reason.DATABASE_UNREACHABLE))).contains(policy);
    assertThat(message(ready().readInVain(3, Reason.AUTHENTICATION_FAILED))).doesNotContain(policy);
  }

  @Test
  void saysNothingNewWhileAMigrationOfSomebodyElseHoldsTheTable() {
    DatabaseReading locked = new DatabaseReading.Locked("somebody holds it");
    assertThat(reason(ready().read(Duration.ZERO, locked))).isEqualTo(Reason.AT_TARGET_REVISION);
  }

  @Test
  void staysUnknownAfterARestartOfTheOperator() {
    Observations restarted =
        atTarget("003")
            .said(Condition.UNKNOWN, Reason.DATABASE_UNREACHABLE, "it says no. Still so")
            .readInVain(1, Reason.DATABASE_UNREACHABLE);
    assertThat(report(restarted).shown()).isEqualTo(ReasonClass.UNSEEN);
    assertThat(message(restarted)).isEqualTo("it says no. Still so");
  }

  @Test
  void staysReadyAfterARestartOfTheOperatorUntilItHasReadThreeTimes() {
    assertThat(reason(ready().readInVain(1, Reason.DATABASE_UNREACHABLE)))
        .isEqualTo(Reason.AT_TARGET_REVISION);
  }

  @Test
  void saysReadyOfAnEditOnlyAfterTheRowsWereReadForIt() {
    Decision.Report report = report(ready().edited().readInVain(1, Reason.DATABASE_UNREACHABLE));
    assertThat(report.shown()).isEqualTo(ReasonClass.UNSEEN);
    assertThat(report.answers()).isTrue();
  }

  @Test
  void isReadyByTheRunnersWordWhereTheOperatorCannotReadAsTheMigrationDoes() {
    DatabaseReading hidden = new DatabaseReading.NotObservable("a certificate in the image");
    assertThat(reason(ready().read(Duration.ZERO, hidden))).isEqualTo(Reason.AT_TARGET_REVISION);
    assertThat(report(ready().edited().read(Duration.ZERO, hidden)).answers()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"SUSPENDED", "DATABASE_UNREACHABLE", "PENDING"})
  void asksForTheRunnersWordAgainWhereOtherRowsMayHaveBeenSeenSince(Reason said) {
    DatabaseReading hidden = new DatabaseReading.NotObservable("a certificate in the image");
    assertThat(decide(atTarget("003").said(said, "as was said").read(Duration.ZERO, hidden)))
        .isEqualTo(check().downFrom(List.of("003")));
  }

  // A Secret that somebody spoiled, or a table that is no version table any more.
  @Test
  void asksForTheRunnersWordWhereTheOperatorCanReadNoMore() {
    DatabaseReading hidden = new DatabaseReading.NotObservable("the URL is not of the form");
    Observation read = observed(ready().read(Duration.ZERO, hidden));
    assertThat(new Decider(RESYNC).decide(read)).isEqualTo(check().downFrom(List.of("003")));
    Observation suspended = observed(ready().suspended().read(Duration.ZERO, hidden));
    assertThat(new Decider(RESYNC).decide(suspended)).isInstanceOf(Decision.Report.class);
  }

  private static Observation observed(Observations observations) {
    Observation built = observations.build();
    DatabaseMigrationStatus status = built.status();
    List<Condition> conditions = new ArrayList<>(status.conditions());
    conditions.add(
        new Condition(
            Condition.DATABASE_OBSERVED,
            Condition.TRUE,
            1,
            "2026-01-11T09:00:00Z",
            Reason.DATABASE_READ.wireName(),
            "It was read"));
    return built.with(
        DatabaseMigrationStatusBuilder.builder(status)
            .conditions(conditions)
            .history(List.of())
            .build(),
        built.attemptState());
  }

  @ParameterizedTest
  @EnumSource(names = {"REVISION_DRIFTED", "DATABASE_MISSING"})
  void takesBackNothingThatItHasSeenForAReadingThatSaysNothing(Reason seen) {
    for (DatabaseReading silence :
        new DatabaseReading[] {
          new DatabaseReading.NotObservable("the API server did not give the Secret"),
          new DatabaseReading.Locked("somebody holds it"),
          new DatabaseReading.Refused(Reason.DATABASE_UNREACHABLE, "down")
        }) {
      Observations contradicted =
          atTarget("003").said(seen, "as was seen").read(Duration.ZERO, silence);
      assertThat(reason(contradicted)).as("%s", silence).isEqualTo(seen);
      assertThat(message(contradicted)).isEqualTo("as was seen");
    }
  }

  @Test
  void looksAgainSoonAndThenEverMoreSeldom() {
    assertThat(report(ready().readInVain(1, Reason.DATABASE_UNREACHABLE)).lookAgain())
        .isEqualTo(Duration.ofSeconds(15));
    assertThat(report(ready().readInVain(3, Reason.DATABASE_UNREACHABLE)).lookAgain())
        .isEqualTo(Duration.ofSeconds(60));
    assertThat(report(ready().readInVain(100, Reason.DATABASE_UNREACHABLE)).lookAgain())
        .isEqualTo(untilTurn());
  }

  @Test
  void doesNotTryAWrongPasswordAgainUnlessTheSecretIsAnotherOne() {
    Decision.Report report = report(ready().readInVain(4, Reason.AUTHENTICATION_FAILED));
    assertThat(report.next()).isEqualTo(new Decision.Look(JOB + "/1", "1"));
    assertThat(report.lookAgain()).isEqualTo(Duration.ofSeconds(15));
  }

  private static Observations ready() {
    return atTarget("003").said(Reason.AT_TARGET_REVISION, AT_003);
  }
}
