package io.dbmigrations.api.generated;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the repository that is written by this build and read by people and other tools. */
record CheckedIn(Path path) {

  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

  /** The file at that path, counted from the top of the repository. */
  static CheckedIn at(String path) {
    return new CheckedIn(REPOSITORY.resolve(path));
  }

  String content() throws IOException {
    return Files.readString(path, UTF_8);
  }

  /** Fails where the file differs from what would be written today; {@code -Dupdate} writes it. */
  void mustBe(String expected) throws IOException {
    if (System.getProperty("update") != null) {
      Files.writeString(path, expected, UTF_8);
    }
    assertThat(path)
        .withFailMessage("%s is missing; write it: mvn -pl crds test -Dupdate", path)
        .exists();
    assertThat(content())
        .as(
            "%s is out of date; rewrite it and read the difference: mvn -pl crds test -Dupdate",
            REPOSITORY.relativize(path))
        .isEqualTo(expected);
  }
}
