package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.observe.DatabaseSecret;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.report.StatusReport;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Starts attempts: looks at the resource itself, writes the intent, then creates the Job. Whoever
 * dies in between is finished by the next reconcile, because the Job's name follows from the
 * intent.
 */
public final class AttemptStarter {

  private final KubernetesClient client;
  private final JobCreator jobs;
  private final DatabaseSecret secrets;

  public AttemptStarter(KubernetesClient client, JobCreator jobs, DatabaseSecret secrets) {
    this.client = client;
    this.jobs = jobs;
    this.secrets = secrets;
  }

  /** Starts a further attempt. */
  public ActResult start(
      Observation observation, Decision.StartAttempt decision, StatusWriter writer) {
    DatabaseMigration live = live(observation);
    Optional<String> missing =
        observation.readable() ? missingSecret(observation) : Optional.empty();
    if (missing.isPresent()) {
      return new ActResult.Postponed(Reason.SECRET_MISSING, missing.get());
    }
    String replaced = decision.replaced();
    if (replaced != null) {
      jobs.delete(observation.namespace(), replaced);
    }
    AttemptStatus attempt = attempt(observation, decision.failures(), decision.runAsUser());
    DatabaseMigrationStatus intent = StatusReport.intent(observation, attempt);
    writer.write(intent);
    return create(live, attempt, intent);
  }

  /** Creates the Job of an attempt whose intent is written, unless it is there. */
  public ActResult ensure(
      Observation observation, Decision.EnsureJob decision, StatusWriter writer) {
    AttemptStatus attempt = decision.attempt();
    DatabaseMigration live = live(observation);
    if (jobs.exists(observation.namespace(), attempt.job())) {
      // The cache has not seen it yet; the informer's event comes.
      return new ActResult.Done();
    }
    if (!attempt.request().equals(observation.request())) {
      return start(observation, new Decision.StartAttempt(0, attempt.runAsUser(), null), writer);
    }
    return create(live, attempt, observation.status());
  }

  private ActResult create(
      DatabaseMigration live, AttemptStatus attempt, DatabaseMigrationStatus status) {
    Optional<Outcome> refusal = jobs.create(live, attempt);
    return refusal
        .<ActResult>map(outcome -> new ActResult.Refused(status, attempt, outcome))
        .orElseGet(() -> new ActResult.Started(status));
  }

  // A decision from a stale cache starts nothing.
  private DatabaseMigration live(Observation observation) {
    DatabaseMigration live =
        client
            .resources(DatabaseMigration.class)
            .inNamespace(observation.namespace())
            .withName(observation.name())
            .get();
    boolean same =
        live != null
            && live.getMetadata().getUid().equals(observation.uid())
            && live.getMetadata().getGeneration() == observation.generation()
            && live.getMetadata().getDeletionTimestamp() == null
            && Objects.equals(number(live.getStatus()), number(observation.status()));
    if (live == null || !same) {
      throw new StaleResourceException("the resource has changed since it was decided on");
    }
    return live;
  }

  private Optional<String> missingSecret(Observation observation) {
    return secrets.read(observation.namespace(), observation.spec().database().secretRef())
            instanceof DatabaseSecret.Missing missing
        ? Optional.of(missing.message())
        : Optional.empty();
  }

  private static @Nullable Integer number(@Nullable DatabaseMigrationStatus status) {
    AttemptStatus attempt = status == null ? null : status.attempt();
    return attempt == null ? null : attempt.number();
  }

  private static AttemptStatus attempt(
      Observation observation, int failures, @Nullable Long runAsUser) {
    int number = observation.attempt().map(last -> last.number() + 1).orElse(1);
    return new AttemptStatus(
        number,
        JobName.of(observation.name(), observation.uid(), number),
        observation.spec().image(),
        observation.request(),
        observation.generation(),
        observation.retry(),
        runAsUser,
        observation.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        failures,
        null);
  }
}
