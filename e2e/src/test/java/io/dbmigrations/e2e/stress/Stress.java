package io.dbmigrations.e2e.stress;

import io.dbmigrations.e2e.cluster.Cluster;
import io.dbmigrations.e2e.field.Field;
import io.dbmigrations.e2e.fixture.Operator;
import io.dbmigrations.e2e.trial.Pause;
import io.dbmigrations.e2e.trial.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** {@code e2e/run stress SEED SECONDS [--replicas=2] [--resources=8]}: random operations. */
public final class Stress {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private Stress() {}

  /** Exits with 1 if an oracle was violated. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 2) {
      System.err.println("usage: stress SEED SECONDS [--replicas=N] [--resources=N] [--print]");
      System.exit(2);
    }
    var seed = Long.parseLong(arguments[0]);
    var time = Duration.ofSeconds(Long.parseLong(arguments[1]));
    var replicas = option(arguments, "--replicas", 1);
    var resources = option(arguments, "--resources", 8);
    var schedule = Schedule.of(seed, time, resources, replicas);
    if (arguments[arguments.length - 1].equals("--print")) {
      schedule.forEach(System.out::println);
      return;
    }
    var violated = 0;
    try (var client = Cluster.fromEnvironment().client()) {
      new Operator(client).stop();
      try (var field = Field.prepare(client, namespace(seed, replicas), resources, replicas)) {
        var doer = new Doer(client, field);
        var begun = Instant.now();
        var doing = new ArrayList<Thread>();
        for (var operation : schedule) {
          Pause.millis(
              Math.max(0, Duration.between(Instant.now(), begun.plus(operation.at())).toMillis()));
          doing.add(Thread.ofVirtual().start(() -> doer.perform(operation)));
        }
        // None of them may come after what is asked for at last.
        for (var thread : doing) {
          thread.join();
        }
        field.timeline().note("", "the operations end");
        field.settle(lastTargets(seed, resources), PATIENCE, SILENCE);
        violated = field.violations().all().size();
      }
    }
    System.out.printf(
        "seed %d, %d s, %d operations, %d resources, %d replicas: %s%n",
        seed,
        time.toSeconds(),
        schedule.size(),
        resources,
        replicas,
        violated == 0 ? "all oracles hold" : violated + " violations");
    System.exit(violated == 0 ? 0 : 1);
  }

  /** So that two of them can run beside each other. */
  private static String namespace(long seed, int replicas) {
    return "stress-%d-%d".formatted(seed, replicas);
  }

  private static List<String> lastTargets(long seed, int resources) {
    return new Random(seed)
        .ints(resources, 0, Target.REVISIONS.size())
        .mapToObj(Target.REVISIONS::get)
        .toList();
  }

  private static int option(String[] arguments, String name, int standard) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals(name) && i + 1 < arguments.length) {
        return Integer.parseInt(arguments[i + 1]);
      }
      if (arguments[i].startsWith(name + "=")) {
        return Integer.parseInt(arguments[i].substring(name.length() + 1));
      }
    }
    return standard;
  }
}
