package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.observe.DatabaseReadings;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ProgressReadings;
import io.dbmigrations.operator.observe.Urgency;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does the one thing that a decision asks for. */
public final class Actor {

  private static final Logger LOG = LoggerFactory.getLogger(Actor.class);

  // A container is made within seconds; after this its files may be gone.
  private static final Duration MOUNT = Duration.ofSeconds(10);

  private final AttemptStarter starter;
  private final Jobs jobs;
  private final RunnerConfigMap runner;
  private final DatabaseReadings readings;
  private final ProgressReadings progress;
  private final JobSlots slots;
  private final Plans plans;

  public Actor(
      AttemptStarter starter,
      Jobs jobs,
      RunnerConfigMap runner,
      DatabaseReadings readings,
      ProgressReadings progress,
      JobSlots slots,
      Plans plans) {
    this.starter = starter;
    this.jobs = jobs;
    this.runner = runner;
    this.readings = readings;
    this.progress = progress;
    this.slots = slots;
    this.plans = plans;
  }

  /** Does what has to be done before the status is written. */
  public ActResult act(Observation observation, Decision decision, StatusWriter writer) {
    switch (decision) {
      case Decision.StartAttempt start -> {
        return starter.start(observation, start, writer);
      }
      case Decision.EnsureJob ensure -> {
        return starter.ensure(observation, ensure.attempt());
      }
      case Decision.StopJob stop ->
          jobs.stop(
              observation.namespace(),
              seen(observation, stop.attempt()),
              stop.cause(),
              stop.awaited());
      case Decision.DeleteJob delete ->
          jobs.delete(observation.namespace(), seen(observation, delete.attempt()));
      case Decision.Recognize _ -> {
        Optional<ActResult> former = starter.former(observation);
        // What has ended by the next time may have changed what was read before.
        former.ifPresent(_ -> readings.forget(observation.uid()));
        return former.orElseGet(ActResult.Done::new);
      }
      case Decision.ReadDatabase read -> {
        Optional<ActResult> former =
            observation.attempt().isEmpty() ? starter.former(observation) : Optional.empty();
        if (former.isPresent()) {
          return former.get();
        }
        readings.take(request(observation, read.occasion(), read.tables(), read.urgency()));
      }
      case Decision.Report report -> {
        look(observation, report.next());
        restoreFiles(observation);
        followProgress(observation);
        Optional<PlanStatus> plan = plans.restore(observation);
        if (plan.isPresent()) {
          return new ActResult.PlanChanged(
              DatabaseMigrationStatusBuilder.builder(observation.status())
                  .plan(plan.get())
                  .build());
        }
      }
      case Decision.ConcludeFailure failure -> {
        PlanStatus plan = failure.ended().outcome().plan();
        if (plan != null && failure.ended().outcome().reason().hasPlan()) {
          PlanStatus shown = plans.show(observation, failure.ended(), plan);
          return new ActResult.Shown(failure.showing(shown));
        }
        closePlan(observation, failure.ended().outcome());
      }
      case Decision.ConcludeSuccess success -> closePlan(observation, success.ended().outcome());
    }
    return new ActResult.Done();
  }

  // Before the status forgets it, by which it is known that there is one.
  private void closePlan(Observation observation, Outcome outcome) {
    if (observation.status().plan() != null) {
      PlanStatus plan = outcome.plan();
      plans.close(observation, plan == null || outcome.applied() == 0 ? null : plan.digest());
    }
  }

  /** Deletes what is not needed any more, once the outcome of the last attempt is in the status. */
  public void tidy(Observation observation, DatabaseMigrationStatus written) {
    AttemptStatus last = written.attempt();
    if (last == null) {
      return;
    }
    if (last.outcome() != null) {
      progress.forget(observation.uid());
    }
    if (last.outcome() != null && observation.jobs().stream().allMatch(KeptJob::finished)) {
      slots.release(new JobSlots.Key(observation.namespace(), observation.name()));
    }
    List<KeptJob> obsolete =
        KeptJob.obsolete(observation.jobs(), last, observation.now()).stream()
            .filter(job -> isCleared(observation.namespace(), job))
            .toList();
    if (!obsolete.isEmpty()) {
      runner.deleteUnused(observation.namespace(), obsolete);
    }
  }

  // What has ended may stay where the cluster keeps it, and says nothing of the database.
  private boolean isCleared(String namespace, KeptJob job) {
    try {
      jobs.delete(namespace, job);
      return true;
    } catch (KubernetesClientException e) {
      if (!job.finished() || !Refusal.isOfAdmission(e)) {
        throw e;
      }
      LOG.warn(
          "Job {} in namespace {} has ended and is not needed any more, and may not be deleted: {}. Let that policy except the operator, or let somebody else clear it away",
          job.name(),
          namespace,
          Refusal.words(e));
      return false;
    }
  }

  /** The resource of that UID is gone. */
  public void forget(String uid) {
    readings.forget(uid);
    progress.forget(uid);
  }

  private static KeptJob seen(Observation observation, AttemptStatus attempt) {
    return observation.jobs().stream()
        .filter(job -> job.name().equals(attempt.job()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("nothing is done to a Job that is not there"));
  }

  private void look(Observation observation, Decision.@Nullable Look look) {
    if (look == null) {
      return;
    }
    DatabaseReadings.Request request =
        request(
            observation,
            look.occasion(),
            observation.observableTables().orElse(VersionTables.NONE),
            Urgency.ROUTINE);
    if (look.onlyWithAnotherSecret() == null) {
      readings.take(request);
    } else {
      readings.takeIfSecretChanged(request, look.onlyWithAnotherSecret());
    }
  }

  private void restoreFiles(Observation observation) {
    if (observation.attemptState() instanceof AttemptState.Waiting waiting
        && !waiting.withoutPod()
        && observation.now().isAfter(waiting.since().plus(MOUNT))) {
      starter.restoreFiles(observation);
    }
  }

  private void followProgress(Observation observation) {
    if (observation.attemptState() instanceof AttemptState.Running running
        && !observation.now().isBefore(running.since().plus(AttemptState.Running.SILENCE))) {
      progress.take(observation.namespace(), observation.name(), observation.uid(), running.pod());
    }
  }

  private static DatabaseReadings.Request request(
      Observation observation, String occasion, VersionTables tables, Urgency urgency) {
    return new DatabaseReadings.Request(
        observation.namespace(),
        observation.name(),
        observation.uid(),
        observation.spec().database(),
        tables,
        occasion,
        urgency);
  }
}
