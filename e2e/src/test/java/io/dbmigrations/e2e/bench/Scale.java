package io.dbmigrations.e2e.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dbmigrations.e2e.cluster.Cluster;
import io.dbmigrations.e2e.fixture.Operator;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/**
 * {@code e2e/run bench scale [NUMBER…]}: a restart of the operator beside so many resources that
 * are at their targets, and what they take at rest. It measures, and judges nothing.
 */
public final class Scale {
  private static final List<Integer> NUMBERS = List.of(100, 1_000, 10_000);
  private static final Path JSON = Path.of("e2e/target/scale.json");
  private static final Path PICTURE = Path.of("operator/scale.svg");
  private static final Duration PATIENCE = Duration.ofHours(2);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Set<String> READS = Set.of("get");
  private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete");

  private final Population population;
  private final Operator operator;
  private final OperatorGauge gauge;

  private Scale(Population population, KubernetesClient client) {
    this.population = population;
    operator = new Operator(client);
    gauge = new OperatorGauge(client);
  }

  /**
   * What was measured.
   *
   * @param resources that were at their targets before the restart
   * @param readySeconds from the wish for a Pod until it is ready
   * @param newcomerSeconds from then until a resource is Ready that was made while there was none
   * @param writes after the restart, until one interval later; those for that resource among them
   * @param cores that it keeps busy at rest, over a minute, one interval after the restart
   */
  record Measures(
      int resources,
      double readySeconds,
      double newcomerSeconds,
      int writes,
      double residentMiB,
      double workingSetMiB,
      double cores,
      double readingsPerSecond,
      double cpuMillisPerReading,
      double apiReadsPerReading) {

    static String head() {
      return row(
              "resources",
              "ready",
              "new one",
              "writes",
              "RSS",
              "working",
              "cores",
              "readings",
              "CPU",
              "API reads")
          + row("", "s", "Ready s", "", "MiB", "set MiB", "", "/s", "ms each", "each");
    }

    String line() {
      return row(
          resources,
          "%.1f".formatted(readySeconds),
          "%.1f".formatted(newcomerSeconds),
          writes,
          "%.0f".formatted(residentMiB),
          "%.0f".formatted(workingSetMiB),
          "%.3f".formatted(cores),
          "%.1f".formatted(readingsPerSecond),
          "%.1f".formatted(cpuMillisPerReading),
          "%.3f".formatted(apiReadsPerReading));
    }

    private static String row(Object... cells) {
      return Arrays.stream(cells)
          .map("%10s"::formatted)
          .reduce("", String::concat)
          .concat(System.lineSeparator());
    }
  }

  /** Prints a table and JSON, and draws them. */
  public static void main(String[] arguments) throws Exception {
    var numbers =
        arguments.length == 0
            ? NUMBERS
            : Arrays.stream(arguments).map(Integer::valueOf).sorted().toList();
    var measured = new ArrayList<Measures>();
    try (var client = Cluster.fromEnvironment().client();
        var population = new Population()) {
      var scale = new Scale(population, client);
      for (var number : numbers) {
        measured.add(scale.measure(number));
        System.err.print(measured.getLast().line());
      }
    }
    System.out.print(Measures.head());
    measured.forEach(measures -> System.out.print(measures.line()));
    System.out.printf("%n%s%n", marks(measured).table());
    Files.writeString(
        JSON, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(measured));
    Files.writeString(PICTURE, picture(measured));
    System.out.println("all of it: %s, drawn: %s".formatted(JSON, PICTURE));
  }

  private static Marks marks(List<Measures> measured) {
    var marks = new Marks();
    for (var measures : measured) {
      var large = measures.resources() > 1_000;
      var beside = "with %,d resources: ".formatted(measures.resources());
      marks.atMost(large ? 3 : 2, beside + "a new one is Ready, s", measures.newcomerSeconds());
      marks.atMost(large ? 200 : 120, beside + "resident, MiB", measures.residentMiB());
      marks.atMost(0.05, beside + "cores at rest", measures.cores());
      marks.atMost(3, beside + "CPU of a reading, ms", measures.cpuMillisPerReading());
      marks.atMost(0.05, beside + "API reads of a reading", measures.apiReadsPerReading());
    }
    return marks;
  }

  private static String picture(List<Measures> measured) {
    var numbers = measured.stream().map(Measures::resources).toList();
    return Picture.of(
        new Picture.Panel(
            "seconds after the restart",
            numbers,
            Map.of(
                "operator ready", measured.stream().map(Measures::readySeconds).toList(),
                "new resource Ready", measured.stream().map(Measures::newcomerSeconds).toList())),
        new Picture.Panel(
            "MiB at rest",
            numbers,
            Map.of(
                "resident", measured.stream().map(Measures::residentMiB).toList(),
                "working set", measured.stream().map(Measures::workingSetMiB).toList())));
  }

  private Measures measure(int number) throws Exception {
    population.growTo(number);
    Awaitility.await("%d resources at their targets".formatted(number))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(5))
        .until(() -> gauge.settled() >= population.size());

    operator.stop();
    var newcomer = population.add();
    var begun = System.nanoTime();
    var ready =
        CompletableFuture.supplyAsync(
            () -> {
              operator.start();
              return secondsSince(begun);
            },
            Thread::startVirtualThread);
    newcomer.awaitReady();
    var newcomerSeconds = secondsSince(begun);
    var readySeconds = ready.get();
    // What is written late is written by then.
    Thread.sleep(gauge.interval());
    var writes = count(WRITES);
    var readings = gauge.readings();
    var reads = count(READS);
    var start = gauge.usage();
    Thread.sleep(MINUTE);
    var end = gauge.usage();
    var seconds = Duration.between(start.at(), end.at()).toMillis() / 1e3;
    var taken = gauge.readings() - readings;
    var cpuSeconds = (end.cpuNanos() - start.cpuNanos()) / 1e9;
    return new Measures(
        number,
        readySeconds,
        newcomerSeconds,
        writes,
        end.residentMiB(),
        end.workingSetMiB(),
        cpuSeconds / seconds,
        taken / (double) MINUTE.toSeconds(),
        cpuSeconds / seconds * MINUTE.toMillis() / taken,
        (count(READS) - reads) / (double) taken);
  }

  private int count(Set<String> verbs) {
    return gauge.requests().entrySet().stream()
        .filter(request -> verbs.contains(request.getKey()))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  private static double secondsSince(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }
}
