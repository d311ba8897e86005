package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is decided once an attempt has reached its target. */
class AtTargetTest {

  private static final Duration RESYNC = Duration.ofMinutes(5);
  private static final String TABLE = "public.alembic_version";
  private static final Decision START = new Decision.StartAttempt(0, null, null);

  private final Decider decider = new Decider(RESYNC);

  @Test
  void saysThatItIsAtItsTargetOnlyAfterReading() {
    assertThat(decide(atTarget("003"))).isEqualTo(new Decision.ReadDatabase(JOB, TABLE));
    assertThat(decide(atTarget("003").read(JOB, Duration.ZERO, "003")))
        .isInstanceOfSatisfying(
            Decision.Report.class,
            report -> {
              assertThat(report.reason()).isEqualTo(Reason.AT_TARGET_REVISION);
              assertThat(report.lookAgain()).isEqualTo(RESYNC);
              assertThat(report.refresh()).isNull();
            });
  }

  @Test
  void readsAgainInPassingWhenTheReadingIsOld() {
    assertThat(decide(atTarget("003").read(JOB, RESYNC, "003")))
        .isInstanceOfSatisfying(
            Decision.Report.class, report -> assertThat(report.refresh()).isEqualTo(JOB));
  }

  @Test
  void staysReadyWhileTheDatabaseCannotBeRead() {
    DatabaseReading refused = new DatabaseReading.Refused(Reason.DATABASE_UNREACHABLE, "down");
    assertThat(reason(atTarget("003").read(JOB, Duration.ZERO, refused)))
        .isEqualTo(Reason.AT_TARGET_REVISION);
  }

  @Test
  void reportsWhatSomebodyElseDidInsteadOfRepairingIt() {
    assertThat(reason(atTarget("003").read(JOB, Duration.ZERO, "004")))
        .isEqualTo(Reason.REVISION_DRIFTED);
  }

  @Test
  void runsNothingForAnEditThatAsksForTheSame() {
    assertThat(decide(atTarget("003").edited()))
        .isEqualTo(new Decision.ReadDatabase(JOB + "/2", TABLE));
    assertThat(reason(atTarget("003").edited().read(JOB + "/2", Duration.ZERO, "003")))
        .isEqualTo(Reason.AT_TARGET_REVISION);
    assertThat(decide(atTarget("003").edited().read(JOB + "/2", Duration.ZERO, "002")))
        .isEqualTo(START);
  }

  @Test
  void runsForAnEditOfTheTargetAndOfTheImage() {
    assertThat(decide(atTarget("003").target("004").edited())).isEqualTo(START);
    assertThat(decide(atTarget("003").image("migrations:2").edited())).isEqualTo(START);
  }

  private Decision decide(Observations observations) {
    return decider.decide(observations.build());
  }

  private Reason reason(Observations observations) {
    return ((Decision.Report) decide(observations)).reason();
  }
}
