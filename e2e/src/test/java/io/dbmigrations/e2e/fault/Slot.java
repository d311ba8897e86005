package io.dbmigrations.e2e.fault;

import io.dbmigrations.e2e.fault.Outcome.Period;
import io.dbmigrations.e2e.fault.Stage.EndState;
import io.dbmigrations.e2e.fault.Stage.NoProgressException;
import io.dbmigrations.e2e.oracle.JobOracle;
import io.dbmigrations.e2e.oracle.LeakOracle;
import io.dbmigrations.e2e.oracle.LedgerOracle;
import io.dbmigrations.e2e.oracle.ReadyOracle;
import io.dbmigrations.e2e.oracle.SecretOracle;
import io.dbmigrations.e2e.oracle.Violations;
import io.dbmigrations.e2e.proxy.Call;
import io.dbmigrations.e2e.proxy.Rule;
import io.dbmigrations.e2e.trial.LedgerDatabase;
import io.dbmigrations.e2e.trial.LedgerServer;
import io.dbmigrations.e2e.trial.Observatory;
import io.dbmigrations.e2e.trial.Pause;
import io.dbmigrations.e2e.trial.Timeline;
import io.dbmigrations.e2e.trial.Violation;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** A namespace with an operator and a proxy of its own, in which one case runs after the other. */
final class Slot implements AutoCloseable {
  /**
   * What follows the last status, on a busy machine: its event, the Job before the last, which is
   * cleared away, and a write whose answer came too late, which is tried once more.
   */
  private static final Duration REST = Duration.ofSeconds(12);

  private static final Duration FIRST_RECONCILES = Duration.ofSeconds(3);

  private static final Duration CALM = Duration.ofSeconds(1);

  /** What comes late to a busy machine would be counted as a write of the reference. */
  private static final Duration CALM_OF_A_REFERENCE = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final LedgerServer server;
  private final Equipment equipment;
  private final Duration silence;
  private final Semaphore turn;
  private final Timeline timeline;
  private final Violations violations = new Violations();
  private final SecretOracle secrets = new SecretOracle(violations);
  private final ReadyOracle ready = new ReadyOracle(violations);
  private final Observatory observatory;
  private volatile Stage stage;
  private int count;

  Slot(
      KubernetesClient client,
      LedgerServer server,
      Equipment equipment,
      Duration silence,
      Semaphore turn) {
    this.client = client;
    this.server = server;
    this.equipment = equipment;
    this.silence = silence;
    this.turn = turn;
    this.timeline = equipment.timeline();
    this.observatory = new Observatory(client, equipment.namespace(), timeline);
  }

  void start() {
    observatory.onText(secrets::read);
    observatory.onResource(seen -> {
      var current = stage;
      if (seen.claimsReady() && current != null) {
        Thread.ofVirtual().start(() -> ready.check(current.subject(seen.name()), false));
      }
    });
    equipment.start();
    observatory.start();
  }

  /** Runs a workload with a rule, or with none for a reference; null where there is none yet. */
  Outcome run(Workload workload, Rule rule, EndState reference) throws Exception {
    timeline.clear();
    violations.clear();
    observatory.clear();
    turn.acquire();
    var started = Instant.now();
    var database =
        LedgerDatabase.create(server, equipment.namespace().replace('-', '_') + "_" + ++count);
    secrets.watchFor(database.password());
    stage = new Stage(client, equipment.namespace(), database, timeline);
    var log = equipment.operator().logLength();
    var since = Instant.now();
    EndState end = null;
    var settled = Instant.now();
    var held = true;
    try {
      equipment.operator().start();
      equipment.operator().awaitReady();
      workload.prepare(stage);
      awaitCalm(rule == null ? CALM_OF_A_REFERENCE : CALM);
      since = arm(rule);
      workload.act(stage);
      if (!Pause.until(Stage.PATIENCE, () -> stage.isAtEnd(workload))) {
        throw new NoProgressException(
            "not at its end within %s: %s".formatted(Stage.PATIENCE, stage.endState()));
      }
      settled = Instant.now();
      // From here on it waits.
      turn.release();
      held = false;
      Pause.until(Stage.PATIENCE, () -> Instant.now().isAfter(equipment.proxy().faultsEnd()));
      awaitRest();
      end = stage.endState();
      silence(end);
    } catch (NoProgressException e) {
      violations.add("progress", e.getMessage());
    } finally {
      if (held) {
        turn.release();
      }
    }
    compare(workload, end, reference);
    var writes = equipment.proxy().traffic().writesSince(since);
    if (rule == null) {
      Budget.check(workload, writes)
          .forEach(violation -> violations.add(violation.oracle(), violation.text()));
    }
    return conclude(
        database,
        new Outcome(
            end,
            writes,
            new Period(equipment.namespace(), since, Instant.now()),
            rule == null || rule.applied(),
            observatory.attempts().size(),
            List.of(),
            Duration.between(started, settled),
            ""),
        log);
  }

  // One that is killed, now or meanwhile, clears away what is left when it is there again.
  private void awaitRest() throws SQLException {
    int starts;
    do {
      equipment.operator().awaitReady();
      starts = equipment.operator().starts();
      // It may be there only now, and everybody has been silent until then.
      Pause.millis(FIRST_RECONCILES.toMillis());
      awaitCalm(REST);
    } while (equipment.operator().starts() != starts);
  }

  private Instant arm(Rule rule) {
    equipment.proxy().traffic().clear();
    if (rule != null) {
      timeline.note("", "from now on the fault may strike");
      equipment.proxy().arm(rule);
    }
    return Instant.now();
  }

  private void awaitCalm(Duration calm) throws SQLException {
    Pause.until(
        Stage.PATIENCE,
        () -> equipment.proxy().traffic().writesSince(Instant.now().minus(calm)).isEmpty());
  }

  private void silence(EndState end) throws SQLException {
    var since = Instant.now();
    Pause.millis(silence.toMillis());
    var writes = equipment.proxy().traffic().writesSince(since);
    if (!writes.isEmpty()) {
      violations.add(
          "silence",
          "%d writes at rest: %s"
              .formatted(
                  writes.size(),
                  writes.stream().map(Call::subject).distinct().collect(Collectors.joining(", "))));
    }
    var later = stage.endState();
    if (!later.equals(end)) {
      violations.add("silence", "at rest it became %s".formatted(later));
    }
  }

  private void compare(Workload workload, EndState end, EndState reference) {
    if (end == null || reference == null) {
      return;
    }
    var same =
        workload.hasOneWay()
            ? end.equals(reference)
            : end.withoutWay().equals(reference.withoutWay());
    if (!same) {
      violations.add("end state", "%s instead of %s".formatted(end, reference));
    }
  }

  /** The oracles about the whole, and the way back to an empty namespace. */
  private Outcome conclude(LedgerDatabase database, Outcome outcome, long log) throws SQLException {
    equipment.proxy().disarm();
    equipment.operator().resume();
    var attempts = observatory.attempts();
    new JobOracle(violations).check(attempts.values());
    var ledger = database.entries("");
    secrets.read("the metrics", equipment.operator().get("/metrics"));
    new LedgerOracle(violations).check(database, attempts);
    database.execute("UPDATE ledger.control SET gated = false");
    for (var subject : stage.subjects()) {
      subject.delete();
    }
    new LeakOracle(violations, client, equipment.namespace()).check(List.of(database));
    secrets.read("the operator's log", equipment.operator().logFrom(log));
    var found = violations.all();
    stage = null;
    secrets.forget(database.password());
    database.drop();
    equipment.empty(!found.isEmpty());
    return new Outcome(
        outcome.end(),
        outcome.writes(),
        outcome.period(),
        outcome.applied(),
        attempts.size(),
        found,
        outcome.time(),
        found.isEmpty() ? "" : timeline.everything(ledger));
  }

  /** The instrument itself did not work: the case says nothing, and the next one begins clean. */
  Outcome failed(Exception failure) {
    var text = timeline.everything(List.of());
    stage = null;
    equipment.proxy().disarm();
    equipment.operator().resume();
    equipment.empty(true);
    return new Outcome(
        null,
        List.of(),
        new Period(equipment.namespace(), Instant.EPOCH, Instant.EPOCH),
        false,
        0,
        List.of(new Violation("instrument", failure.toString())),
        Duration.ZERO,
        text);
  }

  @Override
  public void close() {
    observatory.close();
    equipment.close();
  }
}
