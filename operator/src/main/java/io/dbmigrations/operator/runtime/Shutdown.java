package io.dbmigrations.operator.runtime;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of the process on SIGTERM: what is under way ends, then the Lease is given back. */
public final class Shutdown {

  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  private Shutdown() {}

  /** Sees to it that the process ends in order, whoever asks for it. */
  public static void install(
      Operator operator, KubernetesClient client, Health health, @Nullable Leadership leadership) {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> run(operator, client, health, leadership), "shutdown"));
  }

  private static void run(
      Operator operator, KubernetesClient client, Health health, @Nullable Leadership leadership) {
    LOG.info("Stopping");
    health.waitFor("the operator is stopping");
    if (leadership != null) {
      leadership.end();
    }
    try {
      operator.stop();
    } catch (RuntimeException e) {
      LOG.error("Not everything could be stopped", e);
    }
    if (leadership != null) {
      leadership.giveBack(client);
    }
    client.close();
    LOG.info("Stopped");
  }

  /**
   * Ends the process in order because of what cannot go on, for the kubelet to start it again. On a
   * thread of its own: the hook waits for the threads that find such a thing out.
   */
  public static void because(String reason) {
    LOG.error("Ending, to be started again: {}", reason);
    Thread.ofPlatform().name("ending").start(() -> System.exit(1));
  }
}
