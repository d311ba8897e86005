package io.dbmigrations.e2e.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README promises is shown by tests that exist. */
class ReadmeTest {

  private static final Path ROOT = Path.of("..");
  private static final Path STORIES = Path.of("src/test/java/io/dbmigrations/e2e");
  private static final List<Path> DIRECTORIES =
      List.of(
          STORIES.resolve("scenario"),
          STORIES.resolve("argocd"),
          STORIES.resolve("flux"),
          ROOT.resolve("migrations-image/runner/tests"),
          ROOT.resolve("migrations-image/tests"));
  private static final Pattern TEST = Pattern.compile("`(\\w+Test|test_\\w+)\\.(\\w+)`");

  @Test
  void eachLineOfWhatItDoesNamesTestsThatExist() throws IOException {
    List<String> lines =
        Files.readString(ROOT.resolve("README.md"))
            .split("## What it does about what goes wrong", 2)[1]
            .split("\n## ", 2)[0]
            .lines()
            .filter(line -> line.startsWith("| "))
            .skip(2)
            .toList();

    assertThat(lines)
        .isNotEmpty()
        .allSatisfy(line -> {
          List<MatchResult> named = TEST.matcher(line).results().toList();
          assertThat(named).isNotEmpty();
          for (MatchResult test : named) {
            assertThat(source(test.group(1))).contains(" %s(".formatted(test.group(2)));
          }
        });
  }

  private static String source(String test) throws IOException {
    String file = test + (test.startsWith("test_") ? ".py" : ".java");
    for (Path directory : DIRECTORIES) {
      if (Files.exists(directory.resolve(file))) {
        return Files.readString(directory.resolve(file));
      }
    }
    throw new AssertionError("%s has no %s".formatted(DIRECTORIES, file));
  }
}
