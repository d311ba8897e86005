package io.dbmigrations.operator.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the repository that is written by this build and read by people and other tools. */
public record CheckedIn(String path) {

  /** What it has. */
  public String content() throws IOException {
    return Files.readString(file(), UTF_8);
  }

  /** Fails where the file differs from what would be written today; {@code -Dupdate} writes it. */
  public void mustBe(String expected) throws IOException {
    if (System.getProperty("update") != null) {
      Files.writeString(file(), expected, UTF_8);
    }
    assertThat(file())
        .withFailMessage("%s is missing; write it: mvn -pl crds,operator test -Dupdate", path)
        .exists();
    assertThat(content())
        .as(
            "%s is out of date; rewrite it and read the difference: mvn -pl crds,operator test -Dupdate",
            path)
        .isEqualTo(expected);
  }

  private Path file() {
    return Path.of("..").resolve(path);
  }
}
