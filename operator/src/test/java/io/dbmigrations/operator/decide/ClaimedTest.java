package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.check;
import static io.dbmigrations.operator.decide.Decisions.decide;
import static io.dbmigrations.operator.decide.Decisions.migrate;
import static io.dbmigrations.operator.decide.Decisions.reason;
import static io.dbmigrations.operator.decide.Decisions.report;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.claimed;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.Claimant;
import io.dbmigrations.operator.testing.KnownDatabases;
import io.dbmigrations.operator.testing.Observations;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is decided while an older resource declares another target for the same lines. */
class ClaimedTest {

  private static final Claimant ALIVE = new Claimant(true, NOW, KnownDatabases.ONE);

  @Test
  void runsNothingWhileTheOlderOneStandsThere() {
    assertThat(reason(claimed(ALIVE, "003").read("003"))).isEqualTo(Reason.DATABASE_CLAIMED);
    assertThat(report(claimed(ALIVE, "003").read("003")).lookAgain()).isPositive();
  }

  @Test
  void takesOverWhenTheOlderOneIsGoneOrElsewhere() {
    Claimant elsewhere =
        new Claimant(
            true, NOW, new DatabaseStatus("17.6", null, null, null, null, null, "7", "another"));
    for (Claimant moved : List.of(Claimant.GONE, elsewhere)) {
      assertThat(decide(claimed(moved, "003").read("003"))).isEqualTo(migrate(0, null));
    }
  }

  @Test
  void asksTheDatabaseAgainWhenTheOlderOneHasMadeAnotherAttempt() {
    Claimant edited = new Claimant(true, NOW.plusSeconds(1), KnownDatabases.ONE);
    assertThat(decide(claimed(edited, "003").read("003"))).isEqualTo(migrate(0, null));
  }

  @Test
  void runsNothingWhereTheClaimantIsNotKnown() {
    assertThat(reason(claimed(null, "003").read("003"))).isEqualTo(Reason.DATABASE_CLAIMED);
  }

  @Test
  void startsForAnEditThatMayBeTheRemedy() {
    assertThat(decide(claimed(ALIVE, "003").read("003").edited())).isEqualTo(migrate(0, null));
  }

  // Since the target was reached.

  @Test
  void findsOutWithoutRunningAnythingWhetherAnOlderOneHasAClaim() {
    assertThat(decide(atTarget("003").olderAtWork().read("004")))
        .isEqualTo(check().downFrom(List.of("003")));
  }

  @Test
  void findsOutNothingWhereTheDatabaseIsWhereItWasLeft() {
    assertThat(reason(atTarget("003").olderAtWork().read("003")))
        .isEqualTo(Reason.AT_TARGET_REVISION);
  }

  @Test
  void findsOutNothingWhileSuspendedOrWhereTheTableIsGone() {
    for (Observations moved :
        List.of(
            atTarget("003").olderAtWork().suspended().read("004"),
            atTarget("003").olderAtWork().readNoTable())) {
      assertThat(reason(moved)).isEqualTo(Reason.REVISION_DRIFTED);
    }
  }
}
