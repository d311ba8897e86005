package io.dbmigrations.e2e.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The operator as it was built, copied, so that a build that goes on beside does not change it.
 *
 * @param home its jar, and {@code lib} with what it needs
 * @param runner what is mounted into every migration
 */
public record OperatorBuild(Path home, Path runner) {
  private static final String VARIABLE = "DBMIGRATION_E2E_OPERATOR";

  /** From the directory of this repository, or from the one that the environment names. */
  public static OperatorBuild copyTo(Path directory) throws IOException {
    var root = Path.of(System.getenv().getOrDefault(VARIABLE, "."));
    var home = directory.resolve("operator");
    copy(root.resolve("operator/target/lib"), home.resolve("lib"));
    Files.copy(
        root.resolve("operator/target/dbmigration-operator-0.1.0.jar"),
        home.resolve("operator.jar"));
    copy(root.resolve("migrations-image/runner/dbmigration"), directory.resolve("runner"));
    return new OperatorBuild(home, directory.resolve("runner"));
  }

  Path jar() {
    return home.resolve("operator.jar");
  }

  /**
   * The classes as they are in memory, which halves the time that it takes to start: written at the
   * end of the first process that ends well, read by all that start afterwards.
   */
  String archiveOption() {
    return (hasArchive() ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive();
  }

  public boolean hasArchive() {
    return Files.exists(archive());
  }

  private Path archive() {
    return home.resolve("operator.jsa");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.filter(path -> !path.toString().contains("__pycache__")).toList()) {
        var copied = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copied);
        } else {
          Files.copy(file, copied);
        }
      }
    }
  }
}
