package io.dbmigrations.operator;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.client.ApiClient;
import io.dbmigrations.operator.client.Hearing;
import io.dbmigrations.operator.client.WatchLimit;
import io.dbmigrations.operator.config.OperatorConfig;
import io.dbmigrations.operator.metrics.OperatorMetrics;
import io.dbmigrations.operator.runtime.Health;
import io.dbmigrations.operator.runtime.Leadership;
import io.dbmigrations.operator.runtime.Preconditions;
import io.dbmigrations.operator.runtime.ReconcileThreads;
import io.dbmigrations.operator.runtime.RootCause;
import io.dbmigrations.operator.runtime.Shutdown;
import io.dbmigrations.operator.server.HealthCheck;
import io.dbmigrations.operator.server.HealthServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.Interceptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program. Without arguments it is the operator, until it is told to stop; with {@code check
 * URL} it asks a running one whether it is well.
 */
public final class OperatorMain {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

  private OperatorMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    switch (arguments.length) {
      case 0 -> operate();
      case 2 -> check(arguments);
      default -> refuse();
    }
  }

  private static void operate() {
    OperatorConfig config;
    try {
      config = OperatorConfig.from(System.getenv());
    } catch (IllegalArgumentException e) {
      LOG.error("The environment is wrong: {}", e.getMessage());
      System.exit(2);
      return;
    }
    try {
      operate(config);
    } catch (Exception e) {
      // Threads that live would keep a process that does nothing.
      LOG.error("The operator cannot start: {}", RootCause.of(e), e);
      System.exit(1);
    }
  }

  private static void operate(OperatorConfig config) throws IOException, InterruptedException {
    Health health = new Health();
    Leadership leadership =
        config.leaderElection()
            ? new Leadership(config.namespace(), Names.MANAGED_BY, config.podName())
            : null;
    OperatorMetrics metrics =
        new OperatorMetrics(
            leadership == null ? () -> true : leadership.guard()::mayWrite, Clock.systemUTC());
    // Before anything that can hang, so that the probes tell starting from dead.
    new HealthServer(
            config.port(),
            Map.of("/healthz", health::live, "/readyz", health::ready),
            Map.of("/metrics", metrics))
        .start();
    ReconcileThreads threads = OperatorRuntime.reconcileThreads();
    health.deadIf(threads::dead);
    metrics.queue(threads.getQueue()::size, threads::getActiveCount);
    Hearing hearing = new Hearing();
    health.deadIf(hearing::dead);
    health.hinderedIf(hearing::deaf);
    List<Interceptor> interceptors = new ArrayList<>(List.of(hearing, new WatchLimit()));
    if (leadership != null) {
      interceptors.add(leadership.guard());
      health.deadIf(leadership.guard()::dead);
    }
    // Innermost: what is counted was sent.
    interceptors.add(metrics.requests());
    KubernetesClient client = ApiClient.connect(interceptors);
    new Preconditions(client, config.watchNamespaces(), leadership).await(health);
    Operator operator = OperatorRuntime.operator(config, client, threads, leadership, metrics);
    Shutdown.install(operator, client, health, leadership);
    operator.start();
    health.started();
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
