package io.dbmigrations.e2e.ordeal;

import io.dbmigrations.e2e.trial.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** A component in the node's container, which is stopped for a while by its signals. */
enum NodeProcess {
  API_SERVER("kube apiserver"),
  ETCD("kube etcd"),
  KUBELET("kube kubelet");

  private final String command;

  NodeProcess(String command) {
    this.command = command;
  }

  /** What asks it waits; nothing is refused or closed. */
  void stopFor(Duration time) {
    // whoever ends this program leaves a cluster that works
    Runtime.getRuntime().addShutdownHook(new Thread(() -> signal("CONT")));
    signal("STOP");
    try {
      Pause.millis(time.toMillis());
    } finally {
      signal("CONT");
    }
  }

  private void signal(String signal) {
    var call =
        List.of(
            environment("DBMIGRATION_E2E_ENGINE"),
            "exec",
            environment("DBMIGRATION_E2E_NODE"),
            "pkill",
            "-" + signal,
            "-f",
            "^" + command);
    try {
      var code = new ProcessBuilder(call).inheritIO().start().waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            "the node has no process '%s': is it rancher/k3s, which is one process?"
                .formatted(command));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static String environment(String name) {
    var value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set: 'e2e/run ordeal' sets it");
    }
    return value;
  }
}
