package io.dbmigrations.operator;

import io.dbmigrations.operator.config.OperatorConfig;
import io.dbmigrations.operator.server.Answer;
import io.dbmigrations.operator.server.HealthCheck;
import io.dbmigrations.operator.server.HealthServer;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program. Without arguments it is the operator, until it is told to stop; with {@code check
 * URL} it asks a running one whether it is well.
 */
public final class OperatorMain {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

  private OperatorMain() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    switch (arguments.length) {
      case 0 -> operate();
      case 2 -> check(arguments);
      default -> refuse();
    }
  }

  private static void operate() throws IOException {
    OperatorConfig config;
    try {
      config = OperatorConfig.from(System.getenv());
    } catch (IllegalArgumentException e) {
      LOG.error("The environment is wrong: {}", e.getMessage());
      System.exit(2);
      return;
    }
    AtomicBoolean ready = new AtomicBoolean();
    // Before anything that can hang, so that the probes tell starting from dead.
    HealthServer server =
        new HealthServer(
            config.port(),
            Map.of(
                "/healthz",
                Answer::ok,
                "/readyz",
                () -> ready.get() ? Answer.ok() : Answer.unavailable("starting")));
    server.start();
    OperatorRuntime.start(config);
    ready.set(true);
    LOG.info(
        "Watching {}",
        config.watchNamespaces().isEmpty() ? "all namespaces" : config.watchNamespaces());
  }

  @SuppressWarnings("SystemOut") // The answer of a command-line program.
  private static void check(String[] arguments) throws InterruptedException {
    if (!arguments[0].equals("check")) {
      refuse();
    }
    try {
      System.out.println(HealthCheck.of(URI.create(arguments[1])));
    } catch (IOException e) {
      LOG.error("The operator is not well: {}", e.toString());
      System.exit(1);
    }
  }

  private static void refuse() {
    LOG.error("Usage: no arguments to operate, or: check URL");
    System.exit(2);
  }
}
