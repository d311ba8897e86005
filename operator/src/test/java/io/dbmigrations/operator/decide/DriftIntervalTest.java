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
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How often the operator reads a database that is at its target. */
class DriftIntervalTest {

  @Test
  void isThatOfTheResource() {
    assertThat(lookAgain("1h", NOW)).isEqualTo(untilTurn(NOW, Duration.ofHours(1)));
    assertThat(lookAgain("10s", NOW.plusMillis(1)))
        .isEqualTo(untilTurn(NOW, Duration.ofSeconds(10)).minusMillis(1));
  }

  @Test
  void isTheOperatorsWhereTheResourceSaysNothing() {
    assertThat(lookAgain(null, NOW)).isEqualTo(untilTurn(NOW, RESYNC));
  }

  private static Duration untilTurn(Instant now, Duration interval) {
    return Duration.between(now, Turn.after(NOW, Observations.UID, interval));
  }

  private static Duration lookAgain(@Nullable String interval, Instant now) {
    Observation read = atTarget("003").read(Duration.ZERO, rows("003")).build();
    Decision decision =
        new Decider(RESYNC)
            .decide(
                ObservationBuilder.builder(read)
                    .spec(
                        DatabaseMigrationSpecBuilder.builder(read.spec())
                            .drift(new DriftSpec(interval, DriftReader.OPERATOR))
                            .build())
                    .now(now)
                    .build());
    return ((Decision.Report) decision).lookAgain();
  }
}
