package io.dbmigrations.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** The image's Java has the modules that the class path needs; it runs with no others elsewhere. */
class ModulesTest {

  // Beans of windows: Jackson, SnakeYAML and the driver know some, and do without.
  private static final Set<String> OPTIONAL = Set.of("java.desktop");

  @Test
  void areAllThatTheClassPathNeeds() throws IOException {
    Set<String> needed = needed();
    needed.removeAll(OPTIONAL);

    assertThat(OperatorProcess.modules()).doesNotHaveDuplicates().containsAll(needed);
  }

  private static Set<String> needed() {
    StringWriter answer = new StringWriter();
    int status =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(
                new PrintWriter(answer),
                new PrintWriter(answer),
                "--multi-release",
                Integer.toString(Runtime.version().feature()),
                "--ignore-missing-deps",
                "--print-module-deps",
                "--class-path",
                System.getProperty("java.class.path"),
                "target/classes");
    assertThat(status).as(answer::toString).isZero();
    Set<String> modules = new TreeSet<>(Arrays.asList(answer.toString().strip().split(",")));
    assertThat(modules).contains("java.base", "java.sql");
    return modules;
  }
}
