package io.dbmigrations.operator.reconcile;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.operator.act.ActResult;
import io.dbmigrations.operator.act.Actor;
import io.dbmigrations.operator.act.ApiFailure;
import io.dbmigrations.operator.act.StaleResourceException;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.event.EventRecorder;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.metrics.AttemptMetrics;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Observer;
import io.dbmigrations.operator.report.StatusReport;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One reconcile: observe, decide, act, report. */
public final class DatabaseMigrationReconciler implements Reconciler<DatabaseMigration> {

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseMigrationReconciler.class);

  // Long enough for the watch to bring what the cache has not seen yet.
  private static final Duration SOON = Duration.ofMillis(200);

  // What is newer than the cache arrives by the watch and sets off a reconcile of its own; this is
  // for where it does not, and must not keep a server busy whose watches are frozen.
  private static final Duration STALE = Duration.ofSeconds(2);

  // How often to look whether what has to come first is there now, such as a Secret.
  private static final Duration POSTPONED = Duration.ofSeconds(5);

  private final Observer observer;
  private final Decider decider;
  private final Actor actor;
  private final EventRecorder events;
  private final AttemptMetrics metrics;
  private final EventSources sources;

  public DatabaseMigrationReconciler(
      Observer observer,
      Decider decider,
      Actor actor,
      EventRecorder events,
      AttemptMetrics metrics,
      EventSources sources) {
    this.observer = observer;
    this.decider = decider;
    this.actor = actor;
    this.events = events;
    this.metrics = metrics;
    this.sources = sources;
  }

  @Override
  public List<EventSource<?, DatabaseMigration>> prepareEventSources(
      EventSourceContext<DatabaseMigration> context) {
    return sources.prepare(context);
  }

  @Override
  public UpdateControl<DatabaseMigration> reconcile(
      DatabaseMigration resource, Context<DatabaseMigration> context) {
    ResourceID name = ResourceID.fromResource(resource);
    if (context.isPrimaryResourceDeleted()) {
      // What is at hand may be a new one of the name already.
      sources.deleted(name);
      actor.forget(resource.getMetadata().getUid());
      return UpdateControl.noUpdate();
    }
    sources.reconciled(name);
    StatusPatch patch =
        new StatusPatch(
            context.getClient(),
            resource,
            (before, after) ->
                context
                    .eventSourceRetriever()
                    .getControllerEventSource()
                    .handleRecentResourceUpdate(ResourceID.fromResource(after), after, before));
    Observation observation =
        observer.observe(
            resource,
            context.getSecondaryResourcesAsStream(Job.class).toList(),
            context.getSecondaryResourcesAsStream(Pod.class).toList());
    try {
      return reconcile(observation, patch);
    } catch (StaleResourceException e) {
      LOG.debug("Deciding again: {}", e.getMessage());
      return UpdateControl.<DatabaseMigration>noUpdate().rescheduleAfter(STALE);
    } catch (KubernetesClientException e) {
      ApiFailure failure = ApiFailure.of(e);
      Failures.tell(observation, patch, failure.reason(), failure.message(), e);
      throw e;
    } catch (RuntimeException e) {
      Failures.tell(observation, patch, e);
      throw e;
    } finally {
      events.record(resource, observation.status(), patch.current());
    }
  }

  private UpdateControl<DatabaseMigration> reconcile(Observation observation, StatusPatch patch) {
    Decision decision = decider.decide(observation);
    LOG.debug("Deciding on attempt state {}: {}", observation.attemptState(), decision);
    ActResult result = actor.act(observation, decision, patch);
    Optional<Duration> lookAgain = report(observation, decision, result, patch);
    actor.tidy(observation, patch.current());
    return sooner(
            sooner(lookAgain, untilObsolete(observation, patch)), untilAskedAgain(observation))
        .map(UpdateControl.<DatabaseMigration>noUpdate()::rescheduleAfter)
        .orElseGet(UpdateControl::noUpdate);
  }

  private Optional<Duration> report(
      Observation observation, Decision decision, ActResult result, StatusPatch patch) {
    return switch (result) {
      case ActResult.Done _ -> report(observation, decision, patch);
      case ActResult.Shown shown -> report(observation, shown.failure(), patch);
      case ActResult.PlanChanged changed ->
          report(observation.with(changed.status(), observation.attemptState()), decision, patch);
      case ActResult.Started _ -> Optional.empty();
      case ActResult.Postponed postponed -> {
        Decision.Report report =
            Decision.Report.of(postponed.reason(), postponed.message()).keepingTheView();
        patch.write(StatusReport.report(observation, decider.told(observation, decision, report)));
        yield Optional.of(POSTPONED);
      }
      // The intent is in the status; the refusal is how the attempt ended.
      case ActResult.Refused refused -> {
        Observation ended =
            observation.with(refused.status(), AttemptState.Ended.with(refused.outcome()));
        yield report(ended, decider.decide(ended), patch);
      }
    };
  }

  private Optional<Duration> report(Observation observation, Decision decision, StatusPatch patch) {
    return switch (decision) {
      case Decision.Report report -> {
        patch.write(StatusReport.report(observation, report));
        yield Optional.ofNullable(report.lookAgain());
      }
      case Decision.ConcludeFailure failure -> {
        patch.write(StatusReport.failure(observation, failure));
        count(observation, failure.ended(), failure.goesOn());
        yield Optional.of(SOON);
      }
      case Decision.ConcludeSuccess success -> {
        patch.write(StatusReport.success(observation, success));
        count(observation, success.ended(), false);
        yield Optional.of(SOON);
      }
      case Decision.Recognize recognition -> {
        patch.write(StatusReport.recognition(observation, recognition));
        yield Optional.of(SOON);
      }
      case Decision.StopJob _, Decision.DeleteJob _ -> Optional.of(SOON);
      case Decision.ReadDatabase _, Decision.StartAttempt _, Decision.EnsureJob _ ->
          Optional.empty();
    };
  }

  // Once it is written down, and so once.
  private void count(Observation observation, AttemptState.Ended ended, boolean goesOn) {
    observation.attempt().ifPresent(attempt -> metrics.concluded(attempt, ended, goesOn));
  }

  private static Optional<Duration> untilObsolete(Observation observation, StatusPatch patch) {
    AttemptStatus last = patch.current().attempt();
    return Optional.ofNullable(last)
        .map(attempt -> KeptJob.untilObsolete(observation.jobs(), attempt, observation.now()))
        .filter(Duration::isPositive);
  }

  // What no watch tells.
  private static Optional<Duration> untilAskedAgain(Observation observation) {
    boolean underWay =
        observation.attempt().filter(attempt -> attempt.outcome() == null).isPresent();
    return underWay && !observation.podSeen() ? Optional.of(POSTPONED) : Optional.empty();
  }

  private static Optional<Duration> sooner(Optional<Duration> one, Optional<Duration> other) {
    return one.isPresent() && other.isPresent()
        ? Optional.of(one.get().compareTo(other.get()) < 0 ? one.get() : other.get())
        : one.or(() -> other);
  }
}
