package io.dbmigrations.e2e.field;

import io.dbmigrations.e2e.oracle.HoldOracle;
import io.dbmigrations.e2e.oracle.JobOracle;
import io.dbmigrations.e2e.oracle.LedgerOracle;
import io.dbmigrations.e2e.oracle.ReadyOracle;
import io.dbmigrations.e2e.oracle.SecretOracle;
import io.dbmigrations.e2e.oracle.Violations;
import io.dbmigrations.e2e.trial.EmptyNamespace;
import io.dbmigrations.e2e.trial.LedgerDatabase;
import io.dbmigrations.e2e.trial.LedgerServer;
import io.dbmigrations.e2e.trial.Observatory;
import io.dbmigrations.e2e.trial.OperatorAccess;
import io.dbmigrations.e2e.trial.OperatorBuild;
import io.dbmigrations.e2e.trial.OperatorProcess;
import io.dbmigrations.e2e.trial.Pause;
import io.dbmigrations.e2e.trial.Subject;
import io.dbmigrations.e2e.trial.Timeline;
import io.dbmigrations.e2e.trial.Violation;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Several resources, each with a database of its own, in one namespace with operators of its own,
 * and oracles that look at them all the time. A violation is printed with what led to it.
 */
public final class Field implements AutoCloseable {
  private static final Duration BEFORE = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 200;
  private static final int LOOKS_BETWEEN_HISTORIES = 15;

  private final KubernetesClient client;
  private final String namespace;
  private final LedgerServer server;
  private final Path directory;
  private final Timeline timeline = new Timeline();
  private final List<OperatorProcess> operators = new ArrayList<>();
  private final List<Subject> subjects = new ArrayList<>();
  private final Violations violations = new Violations(this::print);
  private final SecretOracle secrets = new SecretOracle(violations);
  private final ReadyOracle ready = new ReadyOracle(violations);
  private final HoldOracle holds = new HoldOracle(violations);
  private final LedgerOracle ledger = new LedgerOracle(violations);
  private final Observatory observatory;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Field(KubernetesClient client, String namespace) throws IOException {
    this.client = client;
    this.namespace = namespace;
    this.server = LedgerServer.find(client);
    this.directory = Files.createTempDirectory("dbmigration-" + namespace);
    this.observatory = new Observatory(client, namespace, timeline);
  }

  /** Everything but the resources, which are still to be created; of two operators one leads. */
  public static Field prepare(
      KubernetesClient client, String namespace, int resources, int replicas)
      throws IOException, SQLException {
    return prepare(client, namespace, resources, replicas, replicas > 1);
  }

  /**
   * The same.
   *
   * @param elects whether one of the operators is elected, or all of them are at work
   */
  public static Field prepare(
      KubernetesClient client, String namespace, int resources, int replicas, boolean elects)
      throws IOException, SQLException {
    var field = new Field(client, namespace);
    EmptyNamespace.create(client, namespace);
    for (int i = 1; i <= resources; i++) {
      var database =
          LedgerDatabase.create(field.server, "%s_%d".formatted(namespace.replace('-', '_'), i));
      field.secrets.watchFor(database.password());
      field.subjects.add(new Subject(client, namespace, "m" + i, database, field.timeline));
    }
    field.operators(OperatorBuild.copyTo(field.directory), replicas, elects);
    field.observe();
    return field;
  }

  private void operators(OperatorBuild build, int replicas, boolean elects) throws IOException {
    var kubeconfig = directory.resolve("kubeconfig");
    var access = new OperatorAccess(client);
    access.kubeconfig(kubeconfig);
    access.allowLeases(namespace);
    for (int i = 1; i <= replicas; i++) {
      var environment = new HashMap<String, String>();
      environment.put("KUBECONFIG", kubeconfig.toString());
      environment.put("DBMIGRATION_NAMESPACE", namespace);
      environment.put("DBMIGRATION_WATCH_NAMESPACES", namespace);
      environment.put("DBMIGRATION_RESYNC_INTERVAL", "10s");
      environment.put("DBMIGRATION_LEADER_ELECTION", String.valueOf(elects));
      var log = Files.createFile(directory.resolve("operator-%d.log".formatted(i)));
      var operator = new OperatorProcess(build, "operator-" + i, environment, log, timeline);
      operators.add(operator);
      operator.start();
      if (i == 1) {
        operator.awaitReady();
        operator.restart();
      }
    }
  }

  private void observe() {
    observatory.onText(secrets::read);
    observatory.onResource(holds::see);
    observatory.start();
    for (var subject : subjects) {
      Thread.ofVirtual().start(() -> look(subject));
    }
  }

  private void look(Subject subject) {
    for (int i = 0; !closed.get(); i++) {
      try {
        ready.check(subject, true);
        if (i % LOOKS_BETWEEN_HISTORIES == 0) {
          ledger.checkHistory(subject.database(), observatory.attempts());
          holds.check(subject.name(), subject.database(), observatory.attempts());
          new JobOracle(violations).check(observatory.attempts().values());
        }
      } catch (SQLException | RuntimeException e) {
        timeline.note(subject.name(), "nobody can look at it: %s".formatted(e.getMessage()));
      }
      Pause.millis(LOOK_MILLIS);
    }
  }

  public String namespace() {
    return namespace;
  }

  public LedgerServer server() {
    return server;
  }

  public List<OperatorProcess> operators() {
    return operators;
  }

  public List<Subject> subjects() {
    return subjects;
  }

  /** To be told of before a person deletes a Job. */
  public void excuse(String jobUid) {
    observatory.excuse(jobUid);
  }

  public Timeline timeline() {
    return timeline;
  }

  public Violations violations() {
    return violations;
  }

  /** Everything that was begun ends, and all oracles are asked for the last time. */
  public void settle(List<String> targets, Duration patience, Duration silence)
      throws SQLException {
    operators.forEach(OperatorProcess::resume);
    new Settlement(this, patience, silence).demand(targets);
    for (var subject : subjects) {
      ledger.check(subject.database(), observatory.attempts());
      holds.check(subject.name(), subject.database(), observatory.attempts());
    }
    new JobOracle(violations).check(observatory.attempts().values());
    for (int i = 0; i < operators.size(); i++) {
      secrets.read("the log of operator " + (i + 1), operators.get(i).logFrom(0));
      secrets.read("the metrics of operator " + (i + 1), operators.get(i).get("/metrics"));
    }
    new Settlement(this, patience, silence).clearAway(client);
  }

  private void print(Violation violation) {
    var text = new StringBuilder("VIOLATED %s%n".formatted(violation));
    for (var subject : subjects) {
      if (violation
          .text()
          .matches("(?s).*\\b(%s|%s)\\b.*".formatted(subject.name(), subject.database().name()))) {
        text.append(timeline.about(subject.name(), Instant.now().minus(BEFORE), entries(subject)));
      }
    }
    System.out.println(text);
  }

  private List<Timeline.Entry> entries(Subject subject) {
    try {
      return subject.database().entries(subject.name());
    } catch (SQLException e) {
      return List.of(
          new Timeline.Entry(
              Instant.now(), subject.name(), "the ledger cannot be read: " + e.getMessage()));
    }
  }

  /** All that happened, for whoever wants to know more than what was violated. */
  private void write() {
    var ledgers = subjects.stream().flatMap(subject -> entries(subject).stream()).toList();
    try {
      Files.writeString(directory.resolve("timeline.txt"), timeline.everything(ledgers));
      System.out.println("timeline and logs: " + directory);
    } catch (IOException e) {
      System.out.println("the timeline cannot be written: " + e);
    }
  }

  @Override
  public void close() throws SQLException {
    closed.set(true);
    operators.forEach(OperatorProcess::close);
    observatory.close();
    write();
    client.namespaces().withName(namespace).delete();
    for (var subject : subjects) {
      subject.database().drop();
    }
  }
}
