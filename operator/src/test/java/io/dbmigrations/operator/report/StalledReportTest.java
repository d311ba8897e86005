package io.dbmigrations.operator.report;

import static io.dbmigrations.operator.testing.Observations.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written of a database whose migration has failed for good. */
class StalledReportTest {

  @Test
  void writesToWhatIsStalledOnlyForNewsOfItsDatabase() {
    Observations failed = ended(Reason.MIGRATION_FAILED, 0, null).judged(List.of("001"), "003");
    DatabaseMigrationStatus first = told(failed.build());
    assertThat(told(failed.read("001").build())).isEqualTo(first);

    DatabaseMigrationStatus moved = told(failed.read("002").build());
    assertThat(moved.currentRevisions()).containsExactly("002");
    assertThat(moved.condition(Condition.DATABASE_OBSERVED)).isPresent();
    DatabaseMigrationStatus dropped = told(failed.readInVain(1, Reason.DATABASE_MISSING).build());
    assertThat(dropped.condition(Condition.DATABASE_OBSERVED))
        .hasValueSatisfying(seen -> assertThat(seen.reason()).isEqualTo("DatabaseMissing"));
    assertThat(dropped.condition(Condition.READY)).isEqualTo(first.condition(Condition.READY));
  }

  private static DatabaseMigrationStatus told(Observation observation) {
    return StatusReport.report(
        observation, (Decision.Report) new Decider(Duration.ofMinutes(5)).decide(observation));
  }
}
