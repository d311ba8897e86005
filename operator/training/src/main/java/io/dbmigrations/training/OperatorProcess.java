package io.dbmigrations.training;

import java.io.IOException;
import java.net.HttpURLConnection;
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

/** An operator in a cluster, as a process of this machine. */
final class OperatorProcess implements AutoCloseable {

  private static final Duration END = Duration.ofMinutes(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final long startedAt = System.nanoTime();
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Process process;
  private final Path log;
  private final int port;

  /**
   * One that is just starting.
   *
   * @param command starts it
   * @param resync how often it reads the database again
   */
  OperatorProcess(Cluster cluster, List<String> command, String resync) throws IOException {
    port = freePort();
    log = Files.createTempFile(cluster.directory(), "operator", ".log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(
            Map.of(
                "KUBERNETES_MASTER",
                cluster.api().address(),
                "KUBERNETES_CERTS_CA_FILE",
                cluster.api().certificate().toString(),
                "KUBERNETES_AUTH_TOKEN",
                "only-for-the-training",
                "KUBECONFIG",
                cluster.directory().resolve("no-such-file").toString(),
                "DBMIGRATION_PORT",
                Integer.toString(port),
                "DBMIGRATION_MAX_JOBS",
                "0",
                "DBMIGRATION_RESYNC_INTERVAL",
                resync,
                "DBMIGRATION_NAMESPACE",
                "system",
                "DBMIGRATION_POD_NAME",
                "operator-0"));
    process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  /** When it was started, on the clock of {@link System#nanoTime}. */
  long startedAt() {
    return startedAt;
  }

  boolean isReady() {
    if (!process.isAlive()) {
      throw new IllegalStateException("The operator has ended: " + log());
    }
    try {
      return http.send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/readyz".formatted(port)))
                      .timeout(TIMEOUT)
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted", e);
    }
  }

  /** A line of what the kernel says of it, such as {@code VmRSS}. */
  long kernel(String key) throws IOException {
    return Files.readAllLines(Path.of("/proc/%d/status".formatted(process.pid()))).stream()
        .filter(line -> line.startsWith(key + ":"))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }

  Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Ends it in order, and waits for that. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("The operator does not end: " + log());
    }
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    http.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
