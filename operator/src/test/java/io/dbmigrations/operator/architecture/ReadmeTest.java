package io.dbmigrations.operator.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README says to hold is shown by tests that exist, and its recipes name files. */
class ReadmeTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
  private static final Pattern FILE = Pattern.compile("`((?:[\\w-]+/)+[\\w-]+\\.\\w+)`");

  @Test
  void eachLineOfWhatHoldsNamesATestThatShowsIt() throws IOException {
    List<String> lines = section("## What holds").lines().filter(this::isItem).toList();
    assertThat(lines).isNotEmpty();
    assertThat(section("## What holds").split("\n(?=\\d+\\. )", -1))
        .filteredOn(item -> isItem(item.strip()))
        .allSatisfy(item -> assertThat(item).containsPattern(TEST));
  }

  @Test
  void theTestsThatAreNamedExist() throws IOException {
    List<MatchResult> named = TEST.matcher(readme()).results().toList();
    assertThat(named)
        .isNotEmpty()
        .allSatisfy(test ->
            assertThat(source(test.group(1))).contains("void %s(".formatted(test.group(2))));
  }

  @Test
  void theRecipesNameFilesThatExistAndNoMoreThanPromised() throws IOException {
    assertThat(files("### A field of the specification")).hasSizeLessThanOrEqualTo(6);
    assertThat(files("### A reason")).hasSizeLessThanOrEqualTo(4);
    assertThat(files("## Recipes"))
        .isNotEmpty()
        .allSatisfy(file -> assertThat(ROOT.resolve(file)).exists());
  }

  private boolean isItem(String line) {
    return line.matches("(?s)\\d+\\. .*");
  }

  private static List<String> files(String heading) throws IOException {
    Matcher matcher = FILE.matcher(section(heading));
    return matcher.results().map(found -> found.group(1)).distinct().toList();
  }

  /** From a heading to the next one of its level or above. */
  private static String section(String heading) throws IOException {
    String readme = readme();
    int begin = readme.indexOf(heading);
    assertThat(begin).as(heading).isNotNegative();
    String rest = readme.substring(begin + heading.length());
    String level = heading.startsWith("###") ? "\n#{2,3} " : "\n## ";
    return rest.split(level, 2)[0];
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  private static String source(String test) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return Files.readString(
          files
              .filter(file -> file.endsWith(test + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("There is no " + test)));
    }
  }
}
