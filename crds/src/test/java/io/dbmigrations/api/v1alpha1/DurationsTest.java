package io.dbmigrations.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "0s, PT0S",
    "500ms, PT0.5S",
    "90s, PT1M30S",
    "5m, PT5M",
    "1h30m, PT1H30M",
    "1h2m3s4ms, PT1H2M3.004S",
    "1m500ms, PT1M0.5S",
    "999999h, PT999999H"
  })
  void aDurationIsTheSumOfItsParts(String text, Duration expected) {
    assertThat(Durations.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "5 m", " 5m", "5m ", "-5s", "1.5h", "1d", "5M", "1000000s"})
  void whatIsNoneIsRefusedWithAnExampleOfOne(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parse(text))
        .withMessage("\"%s\" is not a duration; write it like 500ms, 90s, 5m or 1h30m", text);
  }
}
