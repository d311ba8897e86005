package io.dbmigrations.e2e.stress;

import io.dbmigrations.e2e.field.Field;
import io.dbmigrations.e2e.trial.LedgerServer;
import io.dbmigrations.e2e.trial.OperatorProcess;
import io.dbmigrations.e2e.trial.Pause;
import io.dbmigrations.e2e.trial.Subject;
import io.dbmigrations.e2e.trial.Timeline;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Does what the schedule says. What cannot be done at that moment is noted and left. */
final class Doer {
  private final KubernetesClient client;
  private final LedgerServer server;
  private final List<OperatorProcess> operators;
  private final List<Subject> subjects;
  private final Timeline timeline;
  private final Consumer<String> excuse;

  Doer(KubernetesClient client, Field field) {
    this.client = client;
    this.server = field.server();
    this.operators = field.operators();
    this.subjects = field.subjects();
    this.timeline = field.timeline();
    this.excuse = field::excuse;
  }

  void perform(Operation operation) {
    var name = operation.kind().isGlobal() ? "" : subjects.get(operation.subject()).name();
    timeline.note(name, "DO %s %s".formatted(operation.kind(), operation.argument()));
    try {
      if (operation.kind().isGlobal()) {
        toAll(operation);
      } else {
        toOne(subjects.get(operation.subject()), operation);
      }
    } catch (KubernetesClientException | SQLException | IllegalStateException e) {
      timeline.note(name, "it was not done: %s".formatted(e.getMessage()));
    }
  }

  private void toOne(Subject subject, Operation operation) throws SQLException {
    var argument = operation.argument();
    switch (operation.kind()) {
      case EDIT -> subject.retarget(argument);
      case SUSPEND -> subject.edit(Map.of("suspend", true));
      case RESUME -> subject.edit(Map.of("suspend", false));
      case RETRY -> subject.retry(operation.at().toString());
      case DELETE -> subject.delete();
      case CREATE -> subject.create(argument, false);
      case DELETE_JOB ->
          deleteJobs(
              subject, DeletionPropagation.valueOf(argument.toUpperCase(java.util.Locale.ROOT)));
      case DELETE_POD -> deletePods(subject, Long.parseLong(argument));
      case TERMINATE_SESSIONS -> subject.database().terminateSessions();
      case LOCK_ROWS -> lockRows(subject, Long.parseLong(argument));
      case PACE ->
          subject
              .database()
              .execute("UPDATE ledger.control SET seconds = " + Long.parseLong(argument) / 1000.0);
      case STRANGER -> client.resource(StrangerPod.of(subject, Subject.IMAGE, argument)).create();
      default -> throw new IllegalStateException("not about one resource: " + operation);
    }
  }

  private void toAll(Operation operation) {
    var operator = operators.get(operation.subject() % operators.size());
    switch (operation.kind()) {
      case KILL_OPERATOR -> operator.kill();
      case PAUSE_OPERATOR -> {
        operator.pause();
        Pause.millis(Long.parseLong(operation.argument()));
        operator.resume();
      }
      case RESTART_POSTGRES -> server.restart(operation.argument().equals("crash"));
      default -> throw new IllegalStateException("about one resource: " + operation);
    }
  }

  private void deleteJobs(Subject subject, DeletionPropagation propagation) {
    client.batch().v1().jobs().inNamespace(subject.namespace()).list().getItems().stream()
        .filter(job -> isOf(job, subject))
        .forEach(job -> {
          excuse.accept(job.getMetadata().getUid());
          client.resource(job).withPropagationPolicy(propagation).delete();
        });
  }

  private void deletePods(Subject subject, long grace) {
    client.pods().inNamespace(subject.namespace()).list().getItems().stream()
        .filter(pod -> isOf(pod, subject))
        .forEach(pod -> client.resource(pod).withGracePeriod(grace).delete());
  }

  private static boolean isOf(HasMetadata object, Subject subject) {
    return object.getMetadata().getName().startsWith(subject.name() + "-");
  }

  /** Somebody's transaction that a migration has to wait for; reading goes on. */
  private void lockRows(Subject subject, long millis) throws SQLException {
    try (var connection = server.connect(subject.database().name());
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE public.alembic_version IN SHARE ROW EXCLUSIVE MODE");
      Pause.millis(millis);
      connection.rollback();
    }
  }
}
