package io.dbmigrations.e2e.fault;

import io.dbmigrations.e2e.trial.LedgerDatabase;
import io.dbmigrations.e2e.trial.Pause;
import io.dbmigrations.e2e.trial.Seen;
import io.dbmigrations.e2e.trial.Subject;
import io.dbmigrations.e2e.trial.Target;
import io.dbmigrations.e2e.trial.Timeline;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Where a workload runs: one namespace, one database, the resources that it creates. */
final class Stage {
  /** Longer than what an operator needs that has to notice a frozen watch. */
  static final Duration PATIENCE = Duration.ofSeconds(100);

  private final KubernetesClient client;
  private final String namespace;
  private final LedgerDatabase database;
  private final Timeline timeline;
  private final Map<String, Subject> subjects = new ConcurrentHashMap<>();

  Stage(KubernetesClient client, String namespace, LedgerDatabase database, Timeline timeline) {
    this.client = client;
    this.namespace = namespace;
    this.database = database;
    this.timeline = timeline;
  }

  LedgerDatabase database() {
    return database;
  }

  Subject subject(String name) {
    return subjects.computeIfAbsent(
        name, key -> new Subject(client, namespace, key, database, timeline));
  }

  Collection<Subject> subjects() {
    return subjects.values();
  }

  void create(String name, String target) {
    subject(name).create(target, false);
  }

  void createSuspended(String name, String target) {
    subject(name).create(target, true);
  }

  /** It exists and is there, before anything is tried. */
  void migrated(String name, String target) throws SQLException {
    create(name, target);
    await(name, "ready at " + target, Seen::claimsReady);
  }

  void await(String name, String what, Predicate<Seen> state) throws SQLException {
    expect(name + " " + what, () -> subject(name).current().filter(state).isPresent());
  }

  /** Until a migration has begun that step and waits in it. */
  void awaitArrival(String revision) throws SQLException {
    expect(
        "a migration at the gate of " + revision,
        () -> database.steps().stream().anyMatch(step -> step.revision().equals(revision)));
  }

  void awaitNoSession() throws SQLException {
    expect("no session of the migration", () -> database.sessions().isEmpty());
  }

  /** Whether all is as the workload wants it in the end. */
  boolean isAtEnd(Workload workload) throws SQLException {
    for (var subject : subjects.values()) {
      var seen = subject.current();
      var target = workload.end().get(subject.name());
      if (target == null ? seen.isPresent() : seen.filter(Seen::claimsReady).isEmpty()) {
        return false;
      }
      if (target != null
          && !(database.rows().equals(Target.rows(target)) && seen.get().target().equals(target))) {
        return false;
      }
    }
    return true;
  }

  EndState endState() throws SQLException {
    var resources = new java.util.TreeMap<String, String>();
    for (var subject : subjects.values()) {
      resources.put(subject.name(), subject.current().map(Seen::state).orElse("gone"));
    }
    return new EndState(
        resources,
        database.rows(),
        database.tables(),
        database.effects().stream()
            .map(effect -> effect.direction() + " " + effect.revision())
            .toList());
  }

  /** What is to be compared with the reference. */
  record EndState(
      Map<String, String> resources, List<String> rows, List<String> tables, List<String> way) {
    EndState withoutWay() {
      return new EndState(resources, rows, tables, List.of());
    }
  }

  private static void expect(String what, Pause.Question question) throws SQLException {
    if (!Pause.until(PATIENCE, question)) {
      throw new NoProgressException("%s: not within %s".formatted(what, PATIENCE));
    }
  }

  /** The operator does not go on. */
  static final class NoProgressException extends RuntimeException {
    NoProgressException(String message) {
      super(message);
    }
  }
}
