package io.dbmigrations.e2e.fault;

import io.dbmigrations.e2e.cluster.Cluster;
import io.dbmigrations.e2e.fixture.AuditLog;
import io.dbmigrations.e2e.fixture.Operator;
import io.dbmigrations.e2e.trial.LedgerServer;
import io.dbmigrations.e2e.trial.OperatorBuild;
import io.dbmigrations.e2e.trial.Violation;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * {@code e2e/run faults}: every fault at every write of every workload, compared with a reference.
 */
public final class Faults {
  private final Options options;
  private final Path directory;
  private final List<Slot> slots = new ArrayList<>();
  private final Verdicts verdicts = new Verdicts();
  private final Map<Workload, Outcome> references =
      Collections.synchronizedMap(new EnumMap<>(Workload.class));

  private Faults(Options options, Path directory) {
    this.options = options;
    this.directory = directory;
  }

  /** Arguments: see {@link Options}. */
  public static void main(String[] arguments) throws Exception {
    var options = Options.parse(arguments);
    var directory = Files.createTempDirectory("dbmigration-faults");
    var held = new Faults(options, directory).run();
    System.exit(held ? 0 : 1);
  }

  private boolean run() throws Exception {
    var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    try (var client = Cluster.fromEnvironment().client()) {
      var inCluster = new Operator(client);
      inCluster.stop();
      try {
        var server = LedgerServer.find(client);
        var build = OperatorBuild.copyTo(directory);
        var turn = new Semaphore(options.active());
        for (int i = 1; i <= options.slots(); i++) {
          var equipment = new Equipment(client, vertx, build, directory, "faults-" + i);
          slots.add(new Slot(client, server, equipment, options.silence(), turn));
        }
        startAll();
        return findReferences(new AuditLog(client)) && tryAll();
      } finally {
        slots.forEach(Slot::close);
        inCluster.start();
        vertx.close();
      }
    }
  }

  /** One after the other: together they would take each other's time. */
  private void startAll() {
    slots.forEach(Slot::start);
    print("%d operators run".formatted(slots.size()));
  }

  private boolean findReferences(AuditLog audit) throws InterruptedException {
    var violations = Collections.synchronizedList(new ArrayList<Violation>());
    each(
        options.workloads(),
        (slot, workload) -> {
          var outcome = attempt(slot, workload, null);
          references.put(workload, outcome);
          violations.addAll(outcome.violations());
          print(
              "reference %s: %.1f s, %d Jobs, %s"
                  .formatted(
                      workload.title(),
                      outcome.time().toMillis() / 1000.0,
                      outcome.jobs(),
                      Budget.counted(outcome.writes())));
          explain("reference-" + workload.title(), outcome);
        });
    violations.addAll(Budget.compare(audit, references));
    violations.forEach(violation -> print("VIOLATED without any fault: %s".formatted(violation)));
    references.values().removeIf(outcome -> outcome.end() == null);
    return violations.isEmpty() || options.goOn();
  }

  private boolean tryAll() throws InterruptedException {
    var plans =
        new ArrayList<>(
            options.subset() ? Enumeration.subset(references) : Enumeration.all(references));
    plans.removeIf(plan -> !plan.fault().name().matches(options.faults()));
    plans.removeIf(plan -> !options.part().has(plan));
    // the long ones are spread over the run, and not all at its end
    Collections.shuffle(plans, new java.util.Random(1));
    var started = Instant.now();
    var done = new AtomicInteger();
    print("%d plans".formatted(plans.size()));
    each(
        plans,
        (slot, plan) -> {
          var outcome = attempt(slot, plan.workload(), plan);
          verdicts.add(plan, outcome);
          explain(plan.toString().replaceAll("[ ×]+", "-"), outcome);
          print(
              "%d/%d after %d s: %s: %s%s"
                  .formatted(
                      done.incrementAndGet(),
                      plans.size(),
                      Duration.between(started, Instant.now()).toSeconds(),
                      plan,
                      outcome.violations().isEmpty() ? "holds" : "VIOLATED " + outcome.violations(),
                      outcome.applied() ? "" : " (its moment did not come)"));
        });
    System.out.println(verdicts.table());
    verdicts.violations().forEach(line -> System.out.println("VIOLATED " + line));
    System.out.printf(
        "%d plans, %d violated, %d s; timelines and logs: %s%n",
        verdicts.count(),
        verdicts.violated(),
        Duration.between(started, Instant.now()).toSeconds(),
        directory);
    return verdicts.count() > 0 && verdicts.violated() == 0;
  }

  private Outcome attempt(Slot slot, Workload workload, Plan plan) {
    try {
      var reference = references.get(workload);
      return slot.run(
          workload, plan == null ? null : plan.rule(), plan == null ? null : reference.end());
    } catch (Exception e) {
      return slot.failed(e);
    }
  }

  private void explain(String name, Outcome outcome) {
    if (!outcome.violations().isEmpty()) {
      try {
        Files.writeString(
            directory.resolve(name + ".txt"),
            "%s%n%n%s".formatted(outcome.violations(), outcome.timeline()));
      } catch (IOException e) {
        print("no timeline of %s: %s".formatted(name, e));
      }
    }
  }

  /** Each slot takes the next one when it has done with one. */
  private <T> void each(List<T> tasks, BiConsumer<Slot, T> work) throws InterruptedException {
    BlockingQueue<T> queue = new LinkedBlockingQueue<>(tasks);
    parallel(
        slots,
        (slot, number) -> {
          for (var task = queue.poll(); task != null; task = queue.poll()) {
            work.accept(slot, task);
          }
        });
  }

  private static void parallel(List<Slot> slots, BiConsumer<Slot, Integer> work)
      throws InterruptedException {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < slots.size(); i++) {
      var number = i;
      threads.add(Thread.ofPlatform().start(() -> work.accept(slots.get(number), number)));
    }
    for (var thread : threads) {
      thread.join();
    }
  }

  private static synchronized void print(String text) {
    System.err.println(text);
  }
}
