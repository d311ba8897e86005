package io.dbmigrations.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the runner supposes is left out where it is known better. */
class KubeletKillTest {

  private static final Path RUNNER = Path.of("../migrations-image/runner/dbmigration");

  @ParameterizedTest
  @ValueSource(strings = {"__main__.py", "watch/watchdog.py"})
  void knowsTheRunnersWords(String file) throws IOException {
    // One text may be written as several.
    String source = Files.readString(RUNNER.resolve(file)).replaceAll("\"\\s+\"", "");
    assertThat(source).contains(KubeletKill.SUPPOSED);
  }
}
