package io.dbmigrations.e2e.ordeal;

import io.dbmigrations.e2e.trial.EmptyNamespace;
import io.dbmigrations.e2e.trial.LedgerDatabase;
import io.dbmigrations.e2e.trial.LedgerServer;
import io.dbmigrations.e2e.trial.OperatorAccess;
import io.dbmigrations.e2e.trial.OperatorBuild;
import io.dbmigrations.e2e.trial.OperatorProcess;
import io.dbmigrations.e2e.trial.Pause;
import io.dbmigrations.e2e.trial.Seen;
import io.dbmigrations.e2e.trial.Subject;
import io.dbmigrations.e2e.trial.Timeline;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Five hundred resources at once: no more Jobs at a time than may be, all of them in the end, and a
 * namespace that comes last with a few does not wait for one that came first with very many.
 */
final class Crowd implements AutoCloseable {
  private static final String MANY = "crowd-many";
  private static final String FEW = "crowd-few";
  private static final Map<String, Long> RESOURCES = Map.of(MANY, 490L, FEW, 10L);
  private static final int MOST_JOBS = 12;
  private static final Duration PATIENCE = Duration.ofMinutes(40);

  // Those that were in front of the few, and one round beside each of them.
  private static final int MOST_BEFORE_THE_FEW = 10 * MOST_JOBS;

  private final KubernetesClient client;
  private final LedgerServer server;
  private final Timeline timeline = new Timeline();
  private final List<Subject> subjects = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();

  Crowd(KubernetesClient client) throws SQLException {
    this.client = client;
    this.server = LedgerServer.find(client);
    for (var namespace : List.of(MANY, FEW)) {
      EmptyNamespace.create(client, namespace);
      for (int i = 1; i <= RESOURCES.get(namespace); i++) {
        var name = "%s_%d".formatted(namespace.replace('-', '_'), i);
        var database = LedgerDatabase.create(server, name);
        database.close();
        subjects.add(new Subject(client, namespace, "m" + i, database, timeline));
      }
    }
  }

  /** How many promises did not hold. */
  int undergo() throws IOException, SQLException {
    try (var operator = operator()) {
      operator.start();
      operator.awaitReady();
      subjects.forEach(subject -> subject.create("r2", false));
      var inFront = ready(MANY);
      if (!areReady(FEW)) {
        violations.add("the few are not ready after %s".formatted(PATIENCE));
      }
      var overtaking = ready(MANY) - inFront;
      System.out.printf("crowd: the few are ready beside %d of the many%n", overtaking);
      if (overtaking > MOST_BEFORE_THE_FEW) {
        violations.add("%d of the many came before the few".formatted(overtaking));
      }
      if (!areReady(MANY)) {
        violations.add("%d of the many are ready after %s".formatted(ready(MANY), PATIENCE));
      }
      for (var subject : subjects) {
        if (!subject.database().rows().equals(List.of("r2"))) {
          violations.add("%s is not at r2".formatted(subject.database().name()));
        }
        subject.database().close();
      }
    }
    violations.forEach(violation -> System.out.println("VIOLATED " + violation));
    return violations.size();
  }

  /** Whether all of them are in time; the Jobs are counted meanwhile. */
  private boolean areReady(String namespace) throws SQLException {
    return Pause.until(
        PATIENCE,
        () -> {
          countJobs();
          return ready(namespace) == RESOURCES.get(namespace);
        });
  }

  private void countJobs() {
    var active =
        RESOURCES.keySet().stream()
            .flatMap(namespace ->
                client.batch().v1().jobs().inNamespace(namespace).list().getItems().stream())
            .filter(Crowd::isActive)
            .count();
    if (active > MOST_JOBS) {
      violations.add("%d Jobs are active at a time".formatted(active));
    }
  }

  private static boolean isActive(Job job) {
    return job.getStatus() != null
        && job.getStatus().getActive() != null
        && job.getStatus().getActive() > 0;
  }

  private long ready(String namespace) {
    return client
        .genericKubernetesResources(Subject.KIND)
        .inNamespace(namespace)
        .list()
        .getItems()
        .stream()
        .map(Seen::of)
        .filter(Seen::claimsReady)
        .count();
  }

  private OperatorProcess operator() throws IOException {
    var directory = Files.createTempDirectory("dbmigration-crowd");
    var kubeconfig = directory.resolve("kubeconfig");
    new OperatorAccess(client).kubeconfig(kubeconfig);
    var environment =
        Map.of(
            "KUBECONFIG", kubeconfig.toString(),
            "DBMIGRATION_WATCH_NAMESPACES", "%s,%s".formatted(MANY, FEW),
            "DBMIGRATION_MAX_JOBS", String.valueOf(MOST_JOBS));
    return new OperatorProcess(
        OperatorBuild.copyTo(directory),
        "operator",
        environment,
        Files.createFile(directory.resolve("operator.log")),
        timeline);
  }

  @Override
  public void close() throws SQLException {
    for (var namespace : RESOURCES.keySet()) {
      client.namespaces().withName(namespace).delete();
    }
    for (var subject : subjects) {
      subject.database().drop();
    }
  }
}
