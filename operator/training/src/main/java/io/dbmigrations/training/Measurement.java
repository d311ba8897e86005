package io.dbmigrations.training;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How soon an operator works and what it takes, started in several ways, in turns within one run:
 * the machine has the same hour for each of them.
 *
 * <p>Arguments: how many rounds, and of each way to start it {@code NAME=COMMAND}. Prints a table
 * of medians.
 */
public final class Measurement {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  // The kubelet asks every 2 s; here what counts is when the answer has changed.
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final Duration REST = Duration.ofSeconds(10);
  private static final Duration READINGS = Duration.ofSeconds(20);
  private static final double KIB_PER_MIB = 1024;
  private static final double NANOS_PER_MILLI = 1e6;

  private record Sample(
      double readyMillis,
      double reconcileMillis,
      double restMib,
      double ownMib,
      double threads,
      double readingMillis) {}

  private Measurement() {}

  @SuppressWarnings("SystemOut") // The answer of a command-line program.
  public static void main(String[] arguments)
      throws IOException, SQLException, InterruptedException {
    Map<String, List<Sample>> samples = new LinkedHashMap<>();
    try (Cluster cluster = new Cluster()) {
      for (int round = 0; round < Integer.parseInt(arguments[0]); round++) {
        for (String way : List.of(arguments).subList(1, arguments.length)) {
          String[] parts = way.split("=", 2);
          samples
              .computeIfAbsent(parts[0], _ -> new ArrayList<>())
              .add(sample(cluster, List.of(parts[1].split(" ", -1))));
        }
      }
    }
    System.out.println(
        "| | ready | first status | resident at rest | of it its own | threads | CPU of a reading |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
    samples.forEach((name, all) ->
        System.out.printf(
            "| %s | %.0f ms | %.0f ms | %.0f MiB | %.0f MiB | %.0f | %.1f ms |%n",
            name,
            median(all, Sample::readyMillis),
            median(all, Sample::reconcileMillis),
            median(all, Sample::restMib),
            median(all, Sample::ownMib),
            median(all, Sample::threads),
            median(all, Sample::readingMillis)));
  }

  private static Sample sample(Cluster cluster, List<String> command)
      throws IOException, SQLException, InterruptedException {
    cluster.create("measured");
    cluster.api().forgetFirstStatus();
    try (OperatorProcess operator = new OperatorProcess(cluster, command, "1s")) {
      while (!operator.isReady()) {
        Thread.sleep(LOOK);
      }
      double ready = System.nanoTime() - operator.startedAt();
      Cluster.await("it is Ready", PATIENCE, () -> cluster.ready() == 1);
      double reconcile = cluster.api().firstStatus().orElseThrow() - operator.startedAt();
      Thread.sleep(REST);
      double rest = operator.kernel("VmRSS") / KIB_PER_MIB;
      double own = operator.kernel("RssAnon") / KIB_PER_MIB;
      double threads = operator.kernel("Threads");
      long before = cluster.database().transactions();
      Duration cpu = operator.cpu();
      Thread.sleep(READINGS);
      double cost = operator.cpu().minus(cpu).toNanos() / NANOS_PER_MILLI;
      long readings = Math.max(1, cluster.database().transactions() - before);
      operator.stop();
      return new Sample(
          ready / NANOS_PER_MILLI,
          reconcile / NANOS_PER_MILLI,
          rest,
          own,
          threads,
          cost / readings);
    } finally {
      cluster.delete("measured");
    }
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
    double[] sorted = samples.stream().mapToDouble(value).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
