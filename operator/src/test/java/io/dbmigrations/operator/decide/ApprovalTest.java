package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.migrate;
import static io.dbmigrations.operator.testing.Observations.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.DeclaredMode;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.testing.KnownDatabases;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is decided while a plan waits for approval. */
class ApprovalTest {

  private static final String DIGEST =
      "3f2a9c01b7de0000000000000000000000000000000000000000000000000000";
  private static final Decider DECIDER = new Decider(Duration.ofMinutes(5));

  @Test
  void waitsWithoutAnEnd() {
    Decision.Report report = report(waiting(observation -> observation));
    assertThat(report.reason()).isEqualTo(Reason.APPROVAL_REQUIRED);
    assertThat(report.message()).isEqualTo("its end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3f2a9c01", "3f2a9c01b7de", DIGEST})
  void asksTheRunnerAgainOnceThePlanIsApproved(String approve) {
    Observation approved = waiting(observation -> observation.approve(approve));
    assertThat(DECIDER.decide(approved)).isEqualTo(migrate(0, null));

    // The runner has asked for more: nobody asks it again for the same word.
    Observation served =
        ObservationBuilder.builder(approved)
            .status(
                DatabaseMigrationStatusBuilder.builder(approved.status())
                    .attempt(
                        AttemptStatusBuilder.builder(approved.status().attempt())
                            .approve(approve)
                            .build())
                    .build())
            .build();
    assertThat(report(served).reason()).isEqualTo(Reason.APPROVAL_REQUIRED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3f2a9c0", "yes", "3F2A9C01", "77aa77aa", DIGEST + "0"})
  void takesNothingElseForAnApprovalAndSaysSo(String approve) {
    Decision.Report report = report(waiting(observation -> observation.approve(approve)));
    assertThat(report.reason()).isEqualTo(Reason.APPROVAL_REQUIRED);
    assertThat(report.message())
        .isEqualTo(
            "its end. The annotation dbmigrations.io/approve is '%s', which is not this plan."
                .formatted(approve));
  }

  @Test
  void waitsForNobodyWhereThePlanIsRejected() {
    Decision.Report rejected =
        report(waiting(observation -> observation.approve("3f2a9c01").reject("3f2a9c01b7de")));
    assertThat(rejected.reason()).isEqualTo(Reason.PLAN_REJECTED);
    assertThat(rejected.message()).contains("3f2a9c01b7de", "plan to head", "it is at 005");

    assertThat(report(waiting(observation -> observation.reject("77aa77aa"))).message())
        .contains("dbmigrations.io/reject is '77aa77aa', which is not this plan");
  }

  @Test
  void makesThePlanAnewWhereSomebodyElseHasMovedTheDatabase() {
    Observation moved = waiting(waits().read("004"));
    assertThat(DECIDER.decide(moved)).isEqualTo(migrate(0, null));
    assertThat(report(waiting(waits().read("005"))).reason()).isEqualTo(Reason.APPROVAL_REQUIRED);
  }

  @Test
  void startsAfreshForAnEditWhateverWasApproved() {
    Observation edited = waiting(waits().target("005"));
    assertThat(DECIDER.decide(edited)).isEqualTo(migrate(0, null));
  }

  @Test
  void onlyPlansWhereTheResourceIsForThat() {
    Observation waits = waiting(waits());
    Observation planning =
        ObservationBuilder.builder(waits)
            .spec(
                DatabaseMigrationSpecBuilder.builder(waits.spec()).mode(DeclaredMode.PLAN).build())
            .generation(2)
            .build();
    Decision decision = DECIDER.decide(planning);
    assertThat(decision).isInstanceOf(Decision.StartAttempt.class);
    assertThat(((Decision.StartAttempt) decision).mode()).isEqualTo(MigrationMode.PLAN);
  }

  private static Observations waits() {
    return ended(Reason.APPROVAL_REQUIRED, 0, null).database(KnownDatabases.ONE).read("005");
  }

  private static Observation waiting(UnaryOperator<ObservationBuilder> change) {
    return change.apply(ObservationBuilder.builder(waiting(waits()))).build();
  }

  private static Observation waiting(Observations observations) {
    Observation observation = observations.build();
    return ObservationBuilder.builder(observation)
        .status(
            DatabaseMigrationStatusBuilder.builder(observation.status())
                .currentRevision("005")
                .currentRevisions(List.of("005"))
                .plan(PlanStatus.outline(DIGEST, "Downgrade", "005", "003", 2, List.of()))
                .build())
        .build();
  }

  private static Decision.Report report(Observation observation) {
    Decision decision = DECIDER.decide(observation);
    assertThat(decision).isInstanceOf(Decision.Report.class);
    return (Decision.Report) decision;
  }
}
