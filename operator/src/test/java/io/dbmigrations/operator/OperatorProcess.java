package io.dbmigrations.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The operator as a process of its own, started as its image starts it, with no module more. */
public final class OperatorProcess implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Process process;
  private final Path log;
  private final int port;

  OperatorProcess(String apiServer, Path directory, String name, boolean leaderElection)
      throws IOException {
    this(apiServer, directory, name, leaderElection, Map.of());
  }

  /** One that is told more by its environment. */
  public OperatorProcess(
      String apiServer,
      Path directory,
      String name,
      boolean leaderElection,
      Map<String, String> environment)
      throws IOException {
    port = freePort();
    log = directory.resolve(name + ".log");
    Path runner = Files.createDirectories(directory.resolve("runner"));
    Files.writeString(runner.resolve("__main__.py"), "");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@image/java.options",
            "--limit-modules",
            String.join(",", modules()),
            "-cp",
            System.getProperty("java.class.path"),
            OperatorMain.class.getName());
    builder
        .environment()
        .putAll(
            Map.of(
                "KUBERNETES_MASTER", apiServer,
                "KUBECONFIG", directory.resolve("no-such-file").toString(),
                "DBMIGRATION_PORT", Integer.toString(port),
                "DBMIGRATION_NAMESPACE", "system",
                "DBMIGRATION_POD_NAME", name,
                "DBMIGRATION_LEADER_ELECTION", Boolean.toString(leaderElection),
                "DBMIGRATION_RUNNER_DIRECTORY", runner.toString()));
    builder.environment().putAll(environment);
    process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  /** The modules of the JDK that the image has. */
  static List<String> modules() throws IOException {
    return Files.readAllLines(Path.of("image/modules")).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  /** Status and body, or why there is no answer. */
  public String ask(String path) {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                  .timeout(TIMEOUT)
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() + " " + response.body().strip();
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e.toString();
    }
  }

  public boolean isReady() {
    return ask("/readyz").equals("200 ok");
  }

  void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int exitCode(Duration within) throws InterruptedException {
    if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("It runs on: " + log());
    }
    return process.exitValue();
  }

  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
