package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.RESYNC;
import static io.dbmigrations.operator.testing.Ends.rows;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DriftReader;
import io.dbmigrations.api.v1alpha1.DriftSpec;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How often the operator reads a database that is at its target. */
class DriftIntervalTest {

  @Test
  void isThatOfTheResource() {
    assertThat(lookAgain("1h", Duration.ofMinutes(10))).isEqualTo(Duration.ofMinutes(50));
    assertThat(lookAgain("10s", Duration.ofSeconds(4))).isEqualTo(Duration.ofSeconds(6));
  }

  @Test
  void isTheOperatorsWhereTheResourceSaysNothing() {
    assertThat(lookAgain(null, Duration.ofMinutes(1))).isEqualTo(RESYNC.minusMinutes(1));
  }

  private static Duration lookAgain(@Nullable String interval, Duration sinceTheReading) {
    Observation read = atTarget("003").read(Duration.ZERO, rows("003")).build();
    Decision decision =
        new Decider(RESYNC)
            .decide(
                ObservationBuilder.builder(read)
                    .spec(
                        DatabaseMigrationSpecBuilder.builder(read.spec())
                            .drift(new DriftSpec(interval, DriftReader.OPERATOR))
                            .build())
                    .now(NOW.plus(sinceTheReading))
                    .build());
    return ((Decision.Report) decision).lookAgain();
  }
}
