package io.dbmigrations.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Lets an operator do once what it will do: it starts, migrates, reads databases again, and is told
 * to end. What its virtual machine has learned is then in the file that the command names.
 *
 * <p>Arguments: that file, and the command.
 */
public final class Training {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int RESOURCES = 4;
  private static final int READINGS = 20;

  private Training() {}

  public static void main(String[] arguments)
      throws IOException, SQLException, InterruptedException {
    Path cache = Path.of(arguments[0]);
    List<String> command = List.of(arguments).subList(1, arguments.length);
    try (Cluster cluster = new Cluster();
        OperatorProcess operator = new OperatorProcess(cluster, command, "1s")) {
      try {
        train(cluster, operator);
      } catch (IllegalStateException e) {
        throw new IllegalStateException(e.getMessage() + "\n" + operator.log(), e);
      }
      if (!Files.exists(cache)) {
        throw new IllegalStateException("No %s was written: %s".formatted(cache, operator.log()));
      }
    }
  }

  private static void train(Cluster cluster, OperatorProcess operator)
      throws SQLException, InterruptedException {
    Cluster.await("the operator is ready", PATIENCE, operator::isReady);
    for (int i = 1; i <= RESOURCES; i++) {
      int wanted = i;
      cluster.create("shop-" + i);
      Cluster.await("shop-%d is Ready".formatted(i), PATIENCE, () -> cluster.ready() == wanted);
    }
    long before = cluster.database().transactions();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (cluster.database().transactions() < before + READINGS) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("The databases are not read again");
      }
      Thread.sleep(Duration.ofMillis(200));
    }
    operator.stop();
  }
}
