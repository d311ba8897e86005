package io.dbmigrations.e2e.trial;

import io.dbmigrations.e2e.proxy.Victim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The operator as a process of this machine, begun again when it has ended, as a kubelet does. */
public final class OperatorProcess implements Victim, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MILLIS = 1000;

  private final OperatorBuild build;
  private final String name;
  private final Map<String, String> environment;
  private final Path log;
  private final Timeline timeline;
  private final int port;
  private Process process;
  private boolean closed;
  private int starts;

  /**
   * One that is still to be started.
   *
   * @param name its name as a Pod's
   * @param environment besides the port
   */
  public OperatorProcess(
      OperatorBuild build,
      String name,
      Map<String, String> environment,
      Path log,
      Timeline timeline) {
    this.build = build;
    this.name = name;
    this.environment = environment;
    this.log = log;
    this.timeline = timeline;
    this.port = freePort();
    Runtime.getRuntime().addShutdownHook(new Thread(this::outlivesNobody));
  }

  private synchronized void outlivesNobody() {
    closed = true;
    if (process != null) {
      process.destroyForcibly();
    }
  }

  public synchronized void start() {
    if (closed || (process != null && process.isAlive())) {
      return;
    }
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx160m",
                build.archiveOption(),
                "-Xlog:disable",
                "-jar",
                build.jar().toString()));
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    var variables = builder.environment();
    variables.keySet().removeIf(key -> key.startsWith("DBMIGRATION_") || key.startsWith("KUBE"));
    variables.put("DBMIGRATION_PORT", String.valueOf(port));
    variables.put("DBMIGRATION_POD_NAME", name);
    variables.put("DBMIGRATION_RUNNER_DIRECTORY", build.runner().toString());
    variables.putAll(environment);
    try {
      process = builder.start();
      starts++;
      // However it ends, as a kubelet does: who loses the Lease ends by itself.
      Future<?> _ = process.onExit().thenRunAsync(this::start);
      timeline.note("", "the operator %s starts".formatted(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How often it was started. */
  public synchronized int starts() {
    return starts;
  }

  /** Whether it runs, and its informers with it. */
  public void awaitReady() {
    var deadline = Instant.now().plus(PATIENCE);
    while (get("/readyz").isEmpty()) {
      if (Instant.now().isAfter(deadline)) {
        throw new IllegalStateException(
            "the operator %s is not ready after %s: see %s".formatted(name, PATIENCE, log));
      }
      Pause.millis(100);
    }
  }

  /** What it answers there; empty if it answers otherwise than well. */
  public String get(String path) {
    try {
      var connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:%d%s".formatted(port, path)).toURL().openConnection();
      connection.setConnectTimeout(MILLIS);
      connection.setReadTimeout(2 * MILLIS);
      try (var body = connection.getInputStream()) {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8) + "\n";
      }
    } catch (IOException e) {
      return "";
    }
  }

  /** What it logged since the file had that length. */
  public String logFrom(long position) {
    try {
      var bytes = Files.readAllBytes(log);
      var start = (int) Math.min(position, bytes.length);
      return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long logLength() {
    return log.toFile().length();
  }

  @Override
  public synchronized void kill() {
    timeline.note("", "kill -9 of the operator %s".formatted(name));
    process.destroyForcibly();
  }

  @Override
  public synchronized void pause() {
    timeline.note("", "SIGSTOP of the operator %s".formatted(name));
    signal("STOP");
  }

  @Override
  public synchronized void resume() {
    timeline.note("", "SIGCONT of the operator %s".formatted(name));
    signal("CONT");
  }

  /** By SIGTERM, and it does not come back. */
  @Override
  public synchronized void close() {
    closed = true;
    end();
  }

  /** Ends and starts it, as a Deployment does; waits for both. */
  public void restart() {
    end();
    start();
    awaitReady();
  }

  private synchronized void end() {
    if (process == null) {
      return;
    }
    signal("CONT");
    process.destroy();
    // the first one writes the archive of classes at its end
    if (!awaitEnd(PATIENCE)) {
      process.destroyForcibly();
      awaitEnd(PATIENCE);
    }
  }

  private boolean awaitEnd(Duration time) {
    try {
      return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void signal(String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
