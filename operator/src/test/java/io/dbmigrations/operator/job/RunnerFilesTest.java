package io.dbmigrations.operator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunnerFilesTest {

  @TempDir private Path directory;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(directory.resolve("__main__.py"), "pass");
    Files.createDirectory(directory.resolve("plan"));
    Files.writeString(directory.resolve("plan/steps.py"), "STEPS = 1");
    Files.writeString(directory.resolve("README.md"), "not code");
  }

  @Test
  void areThePythonFilesWithTheirFolders() throws IOException {
    assertThat(RunnerFiles.read(directory).files())
        .containsOnlyKeys("__main__.py", "plan/steps.py");
  }

  @Test
  void haveADigestThatChangesWithAnyOfThem() throws IOException {
    String before = RunnerFiles.read(directory).digest();
    assertThat(RunnerFiles.read(directory).digest()).isEqualTo(before);
    Files.writeString(directory.resolve("plan/steps.py"), "STEPS = 2");
    assertThat(RunnerFiles.read(directory).digest()).isNotEqualTo(before);
  }

  @Test
  void areMissedAtTheStartAndNotInEveryJob() throws IOException {
    Files.delete(directory.resolve("__main__.py"));
    assertThatThrownBy(() -> RunnerFiles.read(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not the runner");
  }

  @Test
  void ofTheRepositoryHaveKeysOfTheirOwn() throws IOException {
    var files = RunnerFiles.read(Path.of("../migrations-image/runner/dbmigration")).files();
    assertThat(files.keySet().stream().map(RunnerFiles::key)).doesNotHaveDuplicates();
  }
}
