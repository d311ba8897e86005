package io.dbmigrations.e2e.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.e2e.fixture.AuditLog;
import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * {@code e2e/run bench [ROUNDS]}: how long migrations take that people wait for, beside a bare Job
 * with the same image, in turns within one run. It measures, and judges nothing.
 */
public final class Bench {
  private static final int ROUNDS = 10;
  private static final Path FILE = Path.of("e2e/target/bench.json");

  private static final String OURS = "operator";
  private static final String THEIRS = "bare Job";
  private static final String BARE = "bare Job, 5 revisions: create to Complete";
  private static final String NEW = "5 revisions: create to Ready";
  private static final String SAME = "at its target: create to Ready";
  private static final String BACK = "4 revisions back: edit to Ready";
  private static final String FORWARD = "4 revisions forward: edit to Ready";
  private static final String MISTYPED = "no such revision: edit to Stalled";

  private final Scenario scenario;
  private final Samples samples = new Samples();
  private final Samples passages = new Samples();
  private final Writes writes = new Writes();

  private Bench(Scenario scenario) {
    this.scenario = scenario;
  }

  /** Prints a table, and writes all samples to a file of JSON. */
  public static void main(String[] arguments) throws Exception {
    var rounds = arguments.length == 0 ? ROUNDS : Integer.parseInt(arguments[0]);
    try (var scenario = Scenario.open("bench")) {
      var bench = new Bench(scenario);
      bench.round();
      bench.forget();
      for (int i = 0; i < rounds; i++) {
        bench.round();
      }
      bench.tell();
    }
  }

  // The first round was for warming up.
  private void forget() {
    samples.clear();
    passages.clear();
    writes.clear();
  }

  private void tell() throws IOException {
    System.out.println(samples.table());
    System.out.println("operator / bare Job: " + samples.ratio(NEW, BARE));
    System.out.println("back / forward:      " + samples.ratio(BACK, FORWARD));
    System.out.printf("%nWhere the time of both goes:%n%s%n", passages.table());
    System.out.println("The operator's writes for one of each:");
    var counted = writes.count(new AuditLog(scenario.client()), scenario.namespace());
    counted.forEach((kind, sorts) -> System.out.printf("%-64s %s%n", kind, sorts));
    Files.writeString(
        FILE,
        new ObjectMapper()
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(
                Map.of("seconds", samples.all(), "passages", passages.all(), "writes", counted)));
    System.out.printf("%n%s%n", marks(counted.getOrDefault(NEW, Map.of())).table());
    System.out.println("all samples: " + FILE);
  }

  private Marks marks(Map<String, Double> written) {
    var events =
        written.entrySet().stream()
            .filter(sort -> sort.getKey().endsWith("events"))
            .mapToDouble(Map.Entry::getValue)
            .sum();
    var all = written.values().stream().mapToDouble(Double::doubleValue).sum();
    var marks = new Marks();
    marks.atMost(0.42, NEW + ", of the bare Job's", samples.median(NEW) / samples.median(BARE));
    marks.atMost(
        0.05,
        "container's end, seconds after the bare Job's",
        Passage.untilEnd(passages, OURS) - Passage.untilEnd(passages, THEIRS));
    marks.atMost(
        0.05, "Ready, seconds after the container's end", Passage.untilTold(passages, OURS));
    marks.atMost(0.1, SAME + ", seconds", samples.median(SAME));
    marks.atMost(1.1, "back, of forward", samples.median(BACK) / samples.median(FORWARD));
    marks.atMost(4, "writes for one migration, without events", all - events);
    marks.atMost(2, "events of one migration", events);
    return marks;
  }

  private void round() throws SQLException {
    var bare = scenario.migration(scenario.database());
    var job = new BareJob(scenario.client(), scenario.namespace(), Images.PLATFORM, bare.name());
    try (var passage = new Passage(scenario.client(), scenario.namespace(), bare.name())) {
      time(BARE, () -> job.upgrade("005"));
      passage.end(passages, THEIRS);
    }

    var migration = scenario.migration(scenario.database()).target("005");
    try (var passage = new Passage(scenario.client(), scenario.namespace(), migration.name())) {
      time(NEW, () -> await(migration.create(), isReadyAt("005")));
      passage.end(passages, OURS);
    }
    time(BACK, () -> await(migration.retarget("001"), isReadyAt("001")));
    time(FORWARD, () -> await(migration.retarget("005"), isReadyAt("005")));
    time(MISTYPED, () -> await(migration.retarget("999"), has("RevisionNotFound")));
    writes.begin("deleted");
    migration.delete();
    await(migration, gone -> gone == null);
    time(SAME, () -> await(migration.create(), isReadyAt("005")));
  }

  private void time(String of, Runnable action) {
    writes.begin(of);
    var begun = System.nanoTime();
    action.run();
    samples.add(of, Duration.ofNanos(System.nanoTime() - begun));
  }

  private void await(Migration migration, Predicate<DatabaseMigration> condition) {
    scenario
        .client()
        .resources(DatabaseMigration.class)
        .inNamespace(scenario.namespace())
        .withName(migration.name())
        .waitUntilCondition(condition, 2, TimeUnit.MINUTES);
  }

  private static Predicate<DatabaseMigration> isReadyAt(String revision) {
    return has("AtTargetRevision").and(seen -> revision.equals(seen.getStatus().currentRevision()));
  }

  private static Predicate<DatabaseMigration> has(String reason) {
    return seen ->
        seen != null
            && seen.getStatus() != null
            && seen.getMetadata().getGeneration().equals(seen.getStatus().observedGeneration())
            && seen.getStatus()
                .condition(Condition.READY)
                .filter(ready -> ready.reason().equals(reason))
                .isPresent();
  }
}
