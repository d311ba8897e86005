package io.dbmigrations.operator.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The runner: the Python files that are mounted into every migration's container.
 *
 * @param files the content by path, with slashes
 * @param digest identifies the content
 */
public record RunnerFiles(SortedMap<String, String> files, String digest) {

  /**
   * Reads the directory.
   *
   * @throws IOException when it cannot be read or has no {@code __main__.py}
   */
  public static RunnerFiles read(Path directory) throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.filter(path -> path.toString().endsWith(".py")).toList()) {
        files.put(directory.relativize(path).toString(), Files.readString(path));
      }
    }
    if (!files.containsKey("__main__.py")) {
      throw new IOException("%s has no __main__.py: it is not the runner".formatted(directory));
    }
    return new RunnerFiles(files, Sha256.hex(files.toString(), 16));
  }

  /** The key of a file in a ConfigMap, which has no folders. */
  static String key(String path) {
    return path.replace('/', '.');
  }
}
