package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.RESYNC;
import static io.dbmigrations.operator.decide.Decisions.check;
import static io.dbmigrations.operator.decide.Decisions.decide;
import static io.dbmigrations.operator.decide.Decisions.message;
import static io.dbmigrations.operator.decide.Decisions.migrate;
import static io.dbmigrations.operator.decide.Decisions.reason;
import static io.dbmigrations.operator.decide.Decisions.report;
import static io.dbmigrations.operator.decide.Decisions.untilTurn;
import static io.dbmigrations.operator.testing.Ends.ONE;
import static io.dbmigrations.operator.testing.Ends.rows;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.UnverifiedPolicy;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.observe.Urgency;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is decided once an attempt has reached its target, and the database can be read. */
class AtTargetTest {

  private static final HeldRows ONE_LINE = new HeldRows(List.of("b3"), false);

  @Test
  void saysThatItIsAtItsTargetOnlyAfterReading() {
    assertThat(decide(atTarget("003")))
        .isEqualTo(new Decision.ReadDatabase(JOB + "/1", ONE, Urgency.AWAITED));

    Decision.Report report = report(atTarget("003").read("003"));
    assertThat(report.reason()).isEqualTo(Reason.AT_TARGET_REVISION);
    assertThat(report.rows()).containsExactly("003");
    assertThat(report.lookAgain()).isEqualTo(untilTurn());
    assertThat(report.next()).isNull();
  }

  @Test
  void believesNoAttemptOfAnotherResourceBeforeItHasLooked() {
    UnaryOperator<AttemptStatus> others =
        last -> AttemptStatusBuilder.builder(last).job("agent-platform-1-another").build();
    Observations restored =
        atTarget("003").said(Reason.AT_TARGET_REVISION, "at 003").attempt(others);
    assertThat(decide(restored))
        .isEqualTo(new Decision.ReadDatabase("agent-platform-1-another/1", ONE, Urgency.AWAITED));
    assertThat(decide(restored.unreadable())).isEqualTo(check().downFrom(List.of("003")));
  }

  @Test
  void readsAgainInPassingWhenTheReadingIsOld() {
    assertThat(report(atTarget("003").read(RESYNC, rows("003"))).next())
        .isEqualTo(new Decision.Look(JOB + "/1", null));
  }

  @Test
  void reportsWhatSomebodyElseDidInsteadOfRepairingIt() {
    assertThat(reason(atTarget("003").read("004"))).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(message(atTarget("003").read("004")))
        .contains("has 004", "left it at 003", "dbmigrations.io/retry");
    assertThat(reason(atTarget("003").read())).isEqualTo(Reason.REVISION_DRIFTED);
  }

  @Test
  void blamesNobodyElseWhereEnvPyMayHaveMigratedAnotherDatabase() {
    assertThat(message(atTarget("003").read("004"))).contains("Somebody else migrates");
    assertThat(message(atTarget("003").unverified(UnverifiedPolicy.ALLOW).read("004")))
        .contains("or env.py migrated another one", "spec.database.unverified");
  }

  @Test
  void saysOfAVersionTableThatIsGoneThatItIsGone() {
    assertThat(reason(atTarget("003").readNoTable())).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(message(atTarget("003").readNoTable()))
        .contains("public.alembic_version is gone", "left the database at 003");
  }

  @Test
  void saysWhereAVersionTableMayBeThatIsGoneAndThatItCanBeMovedBack() {
    Observations moved =
        atTarget("003").read(Duration.ZERO, Ends.noTableBut("other.alembic_version"));
    assertThat(reason(moved)).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(message(moved))
        .contains(
            "public.alembic_version is gone",
            "Of its name there is now other.alembic_version",
            "move it back (ALTER TABLE … SET SCHEMA …)",
            "Only if that is somebody else's, and the database was made anew, set the annotation");
  }

  @Test
  void isReadyAgainWhenTheRowsAreThoseOfItsTargetAgain() {
    Observations mended = atTarget("003").said(Reason.REVISION_DRIFTED, "at 004").read("003");
    assertThat(reason(mended)).isEqualTo(Reason.AT_TARGET_REVISION);
  }

  @Test
  void takesTheRemovalOfTheAnnotationForNoRetry() {
    Observations drifted =
        atTarget("003").attempt(Attempts.retried("1")).said(Reason.REVISION_DRIFTED, "at 004");
    assertThat(reason(drifted.read("004"))).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(decide(drifted.retry("2"))).isEqualTo(migrate(0, null));
  }

  // An edit that asks for the same.

  @Test
  void readsBeforeItAnswersAnEditThatAsksForTheSame() {
    assertThat(decide(atTarget("003").edited()))
        .isEqualTo(new Decision.ReadDatabase(JOB + "/2", ONE, Urgency.AWAITED));
    assertThat(decide(atTarget("003").read("003").edited()))
        .isInstanceOf(Decision.ReadDatabase.class);
  }

  @Test
  void answersAnEditThatAsksForTheSameForGood() {
    Decision.Report report = report(atTarget("003").edited().read("003"));
    assertThat(report.reason()).isEqualTo(Reason.AT_TARGET_REVISION);
    assertThat(report.answers()).isTrue();
  }

  @Test
  void tellsOfAnEditThatItWillNotRunAsItStands() {
    Observation edited =
        ObservationBuilder.builder(atTarget("003").edited().read("003").build())
            .templateFault("The next Job cannot be made: spec.podTemplate.spec.x is wrong")
            .build();
    assertThat(new Decider(Duration.ofMinutes(5)).decide(edited))
        .isInstanceOfSatisfying(
            Decision.Report.class,
            report -> {
              assertThat(report.reason()).isEqualTo(Reason.AT_TARGET_REVISION);
              assertThat(report.message())
                  .isEqualTo(
                      "The database is at 003, which is what head means. The next Job cannot be made: spec.podTemplate.spec.x is wrong");
              assertThat(report.answers()).isTrue();
            });
  }

  @Test
  void takesNoDriftForAnEditThatAsksForTheSame() {
    Decision.Report report = report(atTarget("003").edited().read("005"));
    assertThat(report.reason()).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(report.answers()).isTrue();
  }

  @Test
  void answersAnEditThatAsksForTheSameAlsoWhereTheOperatorMayNotRead() {
    Decision.Report report = report(atTarget("003").edited().unreadable());
    assertThat(report.reason()).isEqualTo(Reason.AT_TARGET_REVISION);
    assertThat(report.answers()).isTrue();
  }

  @Test
  void runsForAnEditOfTheTargetOrTheImageAndForARetry() {
    assertThat(decide(atTarget("003").read("003").target("004").edited()))
        .isEqualTo(migrate(0, null));
    assertThat(decide(atTarget("003").read("003").image("migrations:2").edited()))
        .isEqualTo(migrate(0, null).downFrom(List.of("003")));
    assertThat(decide(atTarget("003").read("003").retry("1"))).isEqualTo(migrate(0, null));
  }

  @Test
  void remembersTheUserThatItsImageWasGiven() {
    Observations reached = atTarget("003").runAsUser(65532).edited();
    assertThat(decide(reached.target("004"))).isEqualTo(migrate(0, 65532L));
    assertThat(decide(reached.image("migrations:2"))).isEqualTo(migrate(0, null));
  }

  // A target that names some lines only.

  @Test
  void leavesTheLinesAloneThatItsTargetDoesNotName() {
    Observations other = atTarget(ONE_LINE, "a1", "b3").read("a2", "b3");
    assertThat(reason(other)).isEqualTo(Reason.AT_TARGET_REVISION);
    assertThat(message(other)).isEqualTo("The database is at b3, which is what head means");
    assertThat(report(other).rows()).containsExactly("a2", "b3");
  }

  @Test
  void asksTheScriptsWhereTheRowsDoNotTell() {
    assertThat(decide(atTarget(ONE_LINE, "a1", "b3").read("m4")))
        .isEqualTo(check().downFrom(List.of("b3")));
    assertThat(decide(atTarget(ONE_LINE, "b3").readNoTable()))
        .isEqualTo(check().downFrom(List.of("b3")));
  }

  @Test
  void asksTheScriptsOnceAndNotAtEachReading() {
    HeldRows implied = new HeldRows(List.of("b3"), false);
    assertThat(reason(atTarget(implied, "m4").read("m4"))).isEqualTo(Reason.AT_TARGET_REVISION);
  }
}
