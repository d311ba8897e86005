package io.dbmigrations.operator.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every package of the operator has tests of its own, and none is left out of the README. */
class TestsOfEachPackageTest {

  private static final Path MAIN = Path.of("src/main/java/io/dbmigrations/operator");
  private static final Path TESTS = Path.of("src/test/java/io/dbmigrations/operator");

  @Test
  void everyPackageHasTestsOfItsOwn() throws IOException {
    Set<String> untested = packages(MAIN, "");
    untested.removeAll(packages(TESTS, "Test.java"));
    assertThat(untested).isEmpty();
  }

  @Test
  void theReadmeSaysOfEveryPackageWhatIsInIt() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    // That of the program itself only wires the others.
    assertThat(packages(MAIN, "").stream().filter(name -> !name.isEmpty()))
        .allSatisfy(name -> assertThat(readme).contains("`%s`".formatted(name)));
  }

  private static Set<String> packages(Path root, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(suffix.isEmpty() ? ".java" : suffix))
          .map(file -> root.relativize(file.getParent()).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
