package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DeclaredMode;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.testing.Observations;
import org.junit.jupiter.api.Test;

/** A resource that only plans goes with the database, wherever others bring it. */
class PlanModeTest {

  @Test
  void plansAnewWhereSomebodyElseHasMigrated() {
    assertThat(decide(atTarget("003").read("004"))).satisfies(PlanModeTest::isAPlanOfAnything);
    assertThat(decide(atTarget("003").read("003"))).isInstanceOf(Decision.Report.class);
  }

  @Test
  void isBoundByNothingThatItLeft() {
    Observations again = ended(Reason.MIGRATION_FAILED, 0, NOW.minusSeconds(1)).edited();
    assertThat(decide(again)).satisfies(PlanModeTest::isAPlanOfAnything);
  }

  private static void isAPlanOfAnything(Decision decision) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.StartAttempt.class,
            start -> {
              assertThat(start.mode()).isEqualTo(MigrationMode.PLAN);
              assertThat(start.downFrom()).isNull();
            });
  }

  private static Decision decide(Observations observations) {
    Observation observation = observations.build();
    return new Decider(Decisions.RESYNC)
        .decide(
            ObservationBuilder.builder(observation)
                .spec(
                    DatabaseMigrationSpecBuilder.builder(observation.spec())
                        .mode(DeclaredMode.PLAN)
                        .build())
                .build());
  }
}
