package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.check;
import static io.dbmigrations.operator.decide.Decisions.decide;
import static io.dbmigrations.operator.decide.Decisions.message;
import static io.dbmigrations.operator.decide.Decisions.migrate;
import static io.dbmigrations.operator.decide.Decisions.reason;
import static io.dbmigrations.operator.decide.Decisions.report;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.UID;
import static io.dbmigrations.operator.testing.Observations.drifted;
import static io.dbmigrations.operator.testing.Observations.ended;
import static io.dbmigrations.operator.testing.Observations.superseded;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptIdentity;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is decided once an attempt has ended without reaching its target. */
class AfterFailureTest {

  @Test
  void saysOfAScriptThatFailedHowItFailedAndNoMore() {
    Decision.Report report = report(ended(Reason.MIGRATION_FAILED, 0, null));
    assertThat(report.reason()).isEqualTo(Reason.MIGRATION_FAILED);
    assertThat(report.message()).isEqualTo("its end");
  }

  @Test
  void saysOfAnotherDatabaseThatItIsAnotherOneWhateverIsReadInItsOwn() {
    Observations elsewhere = ended(Reason.DATABASE_MISMATCH, 0, null);
    for (Observations seen : List.of(elsewhere, elsewhere.read("003"), elsewhere.readNoTable())) {
      Decision.Report report = report(seen);
      assertThat(report.reason()).isEqualTo(Reason.DATABASE_MISMATCH);
      assertThat(report.message()).isEqualTo("its end");
    }
    assertThat(decide(elsewhere.edited())).isEqualTo(migrate(0, null));
  }

  // What is stalled, and what becomes of the database meanwhile.

  @Test
  void looksNowAndThenWhereTheDatabaseIsAndSaysItBesideTheFailure() {
    Observations failed = ended(Reason.MIGRATION_FAILED, 0, null).judged(List.of("001"), "003");
    assertThat(report(failed).next()).as("the runner has just said it").isNull();
    assertThat(report(failed).lookAgain()).isNotNull();
    Observations later =
        ended(Reason.MIGRATION_FAILED, 0, null).attempt(Attempts.endedAgo(Duration.ofHours(1)));
    assertThat(report(later).next()).isEqualTo(new Decision.Look(JOB + "/1", null));
    Decision.Report seen = report(failed.read("002"));
    assertThat(seen.reason()).isEqualTo(Reason.MIGRATION_FAILED);
    assertThat(seen.message()).isEqualTo("its end");
    assertThat(seen.rows()).containsExactly("002");
    assertThat(seen.lookAgain()).isNotNull();
    assertThat(report(failed.readNoTable()).rows()).isNull();
    Observations ahead = ended(Reason.DATABASE_AHEAD, 0, null).judged(List.of("009"), "003");
    assertThat(report(ahead.read("006")).rows()).as("no other image for them unasked").isNull();
    assertThat(report(failed.readInVain(3, Reason.DATABASE_MISSING)).reason())
        .isEqualTo(Reason.MIGRATION_FAILED);
    assertThat(report(failed.unreadable()).next()).isNull();
  }

  @Test
  void hasAJobCheckWhatAPersonHasBroughtToTheTarget() {
    Observations failed = ended(Reason.PARTIALLY_APPLIED, 0, null).judged(List.of("002"), "003");
    assertThat(decide(failed.read("003"))).isEqualTo(check());
    assertThat(reason(failed.read("002"))).isEqualTo(Reason.PARTIALLY_APPLIED);
    // It failed there: that nothing has changed is no reason to look.
    assertThat(reason(failed.judged(List.of("003"), "003").read("003")))
        .isEqualTo(Reason.PARTIALLY_APPLIED);
    assertThat(reason(failed.judged(List.of("002"), "003").suspended().read("003")))
        .isEqualTo(Reason.SUSPENDED);
  }

  @Test
  void waitsForTheEndOfThePause() {
    Decision.Report waits = report(ended(Reason.DATABASE_BUSY, 1, NOW.plusSeconds(7)));
    assertThat(waits.reason()).isEqualTo(Reason.DATABASE_BUSY);
    assertThat(waits.lookAgain()).isEqualTo(Duration.ofSeconds(7));
    assertThat(decide(ended(Reason.DATABASE_BUSY, 1, NOW))).isEqualTo(migrate(2, null));
  }

  @Test
  void startsAfreshAtOnceForAnyEditBecauseThatMayBeTheRemedy() {
    assertThat(decide(ended(Reason.DATABASE_BUSY, 2, NOW.plusSeconds(60)).edited()))
        .isEqualTo(migrate(0, null));
    assertThat(decide(ended(Reason.LOCK_TIMEOUT, 2, null).edited())).isEqualTo(migrate(0, null));
    assertThat(decide(ended(Reason.MIGRATION_FAILED, 0, null).retry("1")))
        .isEqualTo(migrate(0, null));
  }

  @Test
  void remembersTheUserThatAnImageWasGiven() {
    Observations failed = ended(Reason.MIGRATION_FAILED, 0, null).runAsUser(65532);
    assertThat(decide(failed.edited())).isEqualTo(migrate(0, 65532L));
    assertThat(decide(failed.image("migrations:2"))).isEqualTo(migrate(0, null));
  }

  // A login that was refused.

  @Test
  void looksItselfWhetherAWrongPasswordHasBeenCorrected() {
    Observations failed = ended(Reason.AUTHENTICATION_FAILED, 0, NOW);
    assertThat(report(failed).next()).isEqualTo(new Decision.Look(JOB + "/1", null));
    assertThat(message(failed)).isEqualTo("its end. It goes on by itself when the login succeeds");
    assertThat(decide(failed.read())).isEqualTo(migrate(1, null));
  }

  @Test
  void logsInEverMoreSeldomWhileAPasswordIsWrong() {
    Observations failed = ended(Reason.AUTHENTICATION_FAILED, 0, NOW);
    Decision.Report report = report(failed.readInVain(4, Reason.AUTHENTICATION_FAILED));
    assertThat(report.reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
    assertThat(report.next()).isEqualTo(new Decision.Look(JOB + "/1", "1"));
  }

  @Test
  void leavesItToAJobWhatOnlyAJobCanFindOut() {
    DatabaseReading hidden = new DatabaseReading.NotObservable("a certificate in the image");
    Observations failed = ended(Reason.AUTHENTICATION_FAILED, 0, NOW);
    assertThat(decide(failed.read(Duration.ZERO, hidden))).isEqualTo(migrate(1, null));
    assertThat(decide(failed.readInVain(1, Reason.DATABASE_UNREACHABLE)))
        .isEqualTo(migrate(1, null));
    assertThat(decide(ended(Reason.AUTHENTICATION_FAILED, 0, NOW).unreadable()))
        .isEqualTo(migrate(1, null));
  }

  @Test
  void keepsThePaceOfTheBackOffWhereOnlyAJobCanFindOut() {
    Observations failed = ended(Reason.AUTHENTICATION_FAILED, 5, NOW.plusSeconds(60)).unreadable();
    assertThat(report(failed).lookAgain()).isEqualTo(Duration.ofSeconds(60));
  }

  // A newer attempt in the database.

  @Test
  void countsOnAboveItsOwnAttemptsThatOnlyTheDatabaseRemembers() {
    assertThat(decide(superseded(new AttemptIdentity(UID, 7), NOW)))
        .isEqualTo(
            new Decision.StartAttempt(MigrationMode.MIGRATE, 1, null, 8, null, List.of(), null));
  }

  @Test
  void migratesOverAnotherResourceOfItsNameThatOnlyTheDatabaseRemembers() {
    assertThat(decide(superseded(new AttemptIdentity("another", 7), NOW)))
        .isEqualTo(
            new Decision.StartAttempt(MigrationMode.MIGRATE, 1, null, 0, "another", null, null));
  }

  @Test
  void waitsThePauseBeforeItGoesAboveAnotherOne() {
    assertThat(reason(superseded(new AttemptIdentity(UID, 7), NOW.plusSeconds(5))))
        .isEqualTo(Reason.SUPERSEDED);
  }

  // A check that found the database elsewhere.

  @Test
  void startsNothingAfterADriftThatIsAsItWas() {
    assertThat(reason(drifted("004").read("004"))).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(reason(drifted("004").readInVain(5, Reason.DATABASE_UNREACHABLE)))
        .isEqualTo(Reason.REVISION_DRIFTED);
  }

  @Test
  void checksAgainWhenTheRowsAreOthersThanThoseThatWereJudged() {
    assertThat(decide(drifted("004"))).isInstanceOf(Decision.ReadDatabase.class);
    assertThat(decide(drifted("004").read("003"))).isEqualTo(check().downFrom(List.of("003")));
  }

  @Test
  void takesAnEditThatAsksForTheSameForNoRemedyOfADrift() {
    Decision.Report report = report(drifted("004").edited().read("004"));
    assertThat(report.reason()).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(report.answers()).isTrue();
    assertThat(decide(drifted("004").target("005").edited().read("004")))
        .isEqualTo(migrate(0, null));
  }

  @Test
  void goesOnWithAMigrationThatWasRefusedForWhatSomebodyElseAppliedWhenTheRowsAreOthers() {
    Observations refused =
        drifted("003").mode(MigrationMode.MIGRATE).attempt(Attempts.downFrom("001"));
    assertThat(reason(refused.read("003"))).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(decide(refused.read("001"))).isEqualTo(migrate(0, null).downFrom(List.of("001")));
  }

  @Test
  void takesTheRemovalOfTheAnnotationForNoRetry() {
    Observations failed = ended(Reason.MIGRATION_FAILED, 0, null).attempt(Attempts.retried("1"));
    assertThat(reason(failed)).isEqualTo(Reason.MIGRATION_FAILED);
    assertThat(reason(failed.retry("1"))).isEqualTo(Reason.MIGRATION_FAILED);
    assertThat(decide(failed.retry("2"))).isEqualTo(migrate(0, null));
  }

  @Test
  void repeatsACheckThatFailedAsACheck() {
    Observations failed = ended(Reason.DATABASE_BUSY, 1, NOW).mode(MigrationMode.CHECK);
    assertThat(decide(failed)).isEqualTo(check(2).downFrom(List.of()));
  }

  @Test
  void makesNoMigrationOfACheckThatFailedForAnEditThatAsksForTheSame() {
    Observations failed = ended(Reason.RETRIES_EXHAUSTED, 3, null).mode(MigrationMode.CHECK);
    assertThat(decide(failed.edited())).isEqualTo(check().downFrom(List.of()));
    assertThat(decide(failed.retry("1"))).isEqualTo(migrate(0, null));
  }
}
