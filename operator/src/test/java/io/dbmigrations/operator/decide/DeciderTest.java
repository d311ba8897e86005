package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.ended;
import static io.dbmigrations.operator.testing.Observations.endedWith;
import static io.dbmigrations.operator.testing.Observations.newResource;
import static io.dbmigrations.operator.testing.Observations.succeeded;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeciderTest {

  private static final Duration RESYNC = Duration.ofMinutes(5);
  private static final String TABLE = "public.alembic_version";
  private static final AttemptState PENDING = waiting(Reason.PENDING, Duration.ofSeconds(1));

  private final Decider decider = new Decider(RESYNC);

  @Test
  void startsTheFirstAttemptOfANewResource() {
    assertThat(decide(newResource())).isEqualTo(start(0, null, null));
  }

  @Test
  void leavesAResourceThatIsBeingDeleted() {
    assertThat(decide(newResource().deleting())).isEqualTo(new Decision.Leave());
  }

  @Test
  void startsNothingWhileSuspended() {
    assertThat(reason(newResource().suspended())).isEqualTo(Reason.SUSPENDED);
    assertThat(reason(underWay(new AttemptState.Missing()).suspended()))
        .isEqualTo(Reason.SUSPENDED);
  }

  @Test
  void letsAMigrationThatRunsEndWhileSuspended() {
    assertThat(reason(underWay(new AttemptState.Running()).suspended().edited()))
        .isEqualTo(Reason.MIGRATING);
    assertThat(reason(underWay(PENDING).suspended().edited())).isEqualTo(Reason.PENDING);
  }

  @Test
  void makesSureThatTheJobOfAWrittenIntentExists() {
    Observations observations = underWay(new AttemptState.Missing());
    assertThat(decide(observations)).isInstanceOf(Decision.EnsureJob.class);
    assertThat(decide(observations.edited())).isInstanceOf(Decision.EnsureJob.class);
  }

  @Test
  void givesAUserToAnImageThatHasNone() {
    assertThat(decide(underWay(new AttemptState.NeedsUser())))
        .isEqualTo(start(0, UnderWay.NON_ROOT_USER, JOB));
  }

  @Test
  void replacesAnAttemptThatIsEditedBeforeItStarted() {
    AttemptState unpullable = waiting(Reason.IMAGE_PULL_FAILED, Duration.ofHours(1));
    assertThat(decide(underWay(unpullable).edited())).isEqualTo(start(0, null, JOB));
  }

  @Test
  void neitherKillsNorReplacesAMigrationThatRunsWhenItIsEdited() {
    assertThat(reason(underWay(new AttemptState.Running()).edited())).isEqualTo(Reason.MIGRATING);
  }

  @Test
  void doesNotSayOfAMigrationThatRunsThatItServesALaterEdit() {
    Observations running = underWay(new AttemptState.Running());
    assertThat(message(running.target("003"))).isEqualTo("Job " + JOB + " migrates to 003");
    assertThat(message(running.target("001").edited()))
        .endsWith("before the last edit; 001 is next");
    assertThat(message(running.suspended())).endsWith("because spec.suspend is true");
  }

  @ParameterizedTest
  @EnumSource(names = {"IMAGE_PULL_FAILED", "SECRET_MISSING", "UNSCHEDULABLE"})
  void keepsAPodThatTheKubeletKeepsTrying(Reason reason) {
    assertThat(reason(underWay(waiting(reason, Duration.ofHours(1))))).isEqualTo(reason);
  }

  @Test
  void givesUpAContainerThatDoesNotStartInTime() {
    AttemptState late = waiting(Reason.PENDING, Duration.ofMinutes(6));
    assertThat(decide(underWay(late)))
        .isInstanceOfSatisfying(
            Decision.ConcludeFailure.class,
            failure -> {
              assertThat(failure.ended().outcome().reason()).isEqualTo(Reason.DEADLINE_EXCEEDED);
              assertThat(failure.abandoned()).isEqualTo(JOB);
            });
  }

  @Test
  void saysWhatAStartWaitsForOnlyWhenItTakesLong() {
    assertThat(decide(underWay(PENDING)))
        .isInstanceOfSatisfying(
            Decision.Report.class,
            report -> {
              assertThat(report.message()).isEqualTo("Job %s is to migrate to head".formatted(JOB));
              assertThat(report.lookAgain()).isEqualTo(Duration.ofSeconds(9));
            });
    assertThat(decide(underWay(waiting(Reason.PENDING, Duration.ofSeconds(20)))))
        .isInstanceOfSatisfying(
            Decision.Report.class,
            report -> {
              assertThat(report.message()).isEqualTo("it waits");
              assertThat(report.lookAgain()).isEqualTo(Duration.ofSeconds(281));
            });
  }

  @Test
  void readsTheDatabaseBeforeItBelievesASuccess() {
    assertThat(decide(underWay(succeeded("003")))).isEqualTo(new Decision.ReadDatabase(JOB, TABLE));
  }

  @Test
  void doesNotTakeAReadingFromBeforeTheEndForOneAfterIt() {
    assertThat(decide(underWay(succeeded("003")).read("an earlier job", Duration.ZERO, "003")))
        .isInstanceOf(Decision.ReadDatabase.class);
  }

  @Test
  void concludesASuccessWithTheRowsAsRead() {
    assertThat(decide(underWay(succeeded("003")).read(JOB, Duration.ZERO, "002")))
        .isInstanceOfSatisfying(
            Decision.ConcludeSuccess.class,
            success -> assertThat(success.rows()).containsExactly("002"));
  }

  @Test
  void takesTheRunnersWordWhereItMayNotOrCannotReadItself() {
    DatabaseReading refused = new DatabaseReading.Refused(Reason.DATABASE_UNREACHABLE, "policy");
    assertThat(decide(underWay(succeeded("003")).unreadable()))
        .isInstanceOf(Decision.ConcludeSuccess.class);
    assertThat(decide(underWay(succeeded("003")).read(JOB, Duration.ZERO, refused)))
        .isInstanceOfSatisfying(
            Decision.ConcludeSuccess.class,
            success -> assertThat(success.rows()).containsExactly("003"));
  }

  @Test
  void doesNotRepeatAScriptThatFailed() {
    assertThat(decide(underWay(endedWith(Reason.MIGRATION_FAILED))))
        .isInstanceOfSatisfying(
            Decision.ConcludeFailure.class, failure -> assertThat(failure.pause()).isNull());
    assertThat(reason(ended(Reason.MIGRATION_FAILED, 0, null))).isEqualTo(Reason.MIGRATION_FAILED);
  }

  @Test
  void repeatsATransientFailureAfterAPauseThatDoubles() {
    assertThat(pause(underWay(endedWith(Reason.LOCK_TIMEOUT))))
        .isBetween(Duration.ofSeconds(5), Duration.ofMillis(5500));
    assertThat(pause(underWay(endedWith(Reason.LOCK_TIMEOUT)).failures(2)))
        .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(22));
  }

  @Test
  void givesUpATransientFailureAtItsLimit() {
    assertThat(decide(underWay(endedWith(Reason.LOCK_TIMEOUT)).failures(3)))
        .isInstanceOfSatisfying(
            Decision.ConcludeFailure.class,
            failure -> {
              assertThat(failure.ended().outcome().reason()).isEqualTo(Reason.RETRIES_EXHAUSTED);
              assertThat(failure.ended().outcome().message()).contains("LockTimeout", "its end");
              assertThat(failure.pause()).isNull();
            });
  }

  @Test
  void waitsForTheEndOfThePause() {
    assertThat(decide(ended(Reason.DATABASE_BUSY, 1, NOW.plusSeconds(7))))
        .isInstanceOfSatisfying(
            Decision.Report.class,
            report -> {
              assertThat(report.reason()).isEqualTo(Reason.DATABASE_BUSY);
              assertThat(report.lookAgain()).isEqualTo(Duration.ofSeconds(7));
            });
    assertThat(decide(ended(Reason.DATABASE_BUSY, 1, NOW))).isEqualTo(start(2, null, null));
  }

  @Test
  void startsAfreshAtOnceWhenItIsEditedDuringThePause() {
    assertThat(decide(ended(Reason.DATABASE_BUSY, 2, NOW.plusSeconds(60)).edited()))
        .isEqualTo(start(0, null, null));
  }

  @Test
  void startsAfreshWhenARetryIsAskedFor() {
    assertThat(decide(ended(Reason.MIGRATION_FAILED, 0, null).retry("1")))
        .isEqualTo(start(0, null, null));
    assertThat(decide(atTarget("003").read(JOB, Duration.ZERO, "003").retry("1")))
        .isEqualTo(start(0, null, null));
  }

  @Test
  void probesWhetherAWrongPasswordHasBeenCorrected() {
    DatabaseReading refused = new DatabaseReading.Refused(Reason.AUTHENTICATION_FAILED, "no");
    Observations failed = ended(Reason.AUTHENTICATION_FAILED, 0, NOW);
    assertThat(decide(failed))
        .isInstanceOfSatisfying(
            Decision.Report.class, report -> assertThat(report.refresh()).isEqualTo(JOB));
    assertThat(reason(failed.read(JOB, Duration.ZERO, refused)))
        .isEqualTo(Reason.AUTHENTICATION_FAILED);
    assertThat(decide(failed.read(JOB, Duration.ZERO))).isEqualTo(start(1, null, null));
  }

  @Test
  void triesAWrongPasswordAgainWhereItMayNotProbe() {
    assertThat(decide(ended(Reason.AUTHENTICATION_FAILED, 0, NOW).unreadable()))
        .isEqualTo(start(1, null, null));
  }

  @Test
  void remembersTheUserThatAnImageWasGiven() {
    Observations failed = newResource().failedAs(65532);
    assertThat(decide(failed.edited())).isEqualTo(start(0, 65532L, null));
    assertThat(decide(failed.image("migrations:2"))).isEqualTo(start(0, null, null));
  }

  private Decision decide(Observations observations) {
    return decider.decide(observations.build());
  }

  private Reason reason(Observations observations) {
    return ((Decision.Report) decide(observations)).reason();
  }

  private String message(Observations observations) {
    return ((Decision.Report) decide(observations)).message();
  }

  private Duration pause(Observations observations) {
    return ((Decision.ConcludeFailure) decide(observations)).pause();
  }

  private static Decision start(int failures, Long user, String replaced) {
    return new Decision.StartAttempt(failures, user, replaced);
  }

  private static AttemptState waiting(Reason reason, Duration since) {
    return new AttemptState.Waiting(reason, "it waits", NOW.minus(since));
  }
}
