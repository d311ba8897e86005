package io.dbmigrations.operator.act;

import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.observe.DatabaseReadings;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Urgency;
import org.jspecify.annotations.Nullable;

/** Does the one thing that a decision asks for. */
public final class Actor {

  private final AttemptStarter starter;
  private final JobCreator jobs;
  private final DatabaseReadings readings;

  public Actor(AttemptStarter starter, JobCreator jobs, DatabaseReadings readings) {
    this.starter = starter;
    this.jobs = jobs;
    this.readings = readings;
  }

  /** Does what has to be done before the status is written. */
  public ActResult act(Observation observation, Decision decision, StatusWriter writer) {
    return switch (decision) {
      case Decision.StartAttempt start -> starter.start(observation, start, writer);
      case Decision.EnsureJob ensure -> starter.ensure(observation, ensure, writer);
      case Decision.ReadDatabase read -> {
        read(observation, read.occasion(), read.versionTable(), Urgency.AWAITED);
        yield new ActResult.Done();
      }
      case Decision.Report report -> {
        String occasion = report.refresh();
        if (occasion != null) {
          read(observation, occasion, versionTable(observation), Urgency.ROUTINE);
        }
        yield new ActResult.Done();
      }
      case Decision.ConcludeFailure _, Decision.ConcludeSuccess _, Decision.Leave _ ->
          new ActResult.Done();
    };
  }

  /** Deletes what is not needed any more, once the outcome is in the status. */
  public void tidy(Observation observation, Decision decision) {
    switch (decision) {
      case Decision.ConcludeFailure failure -> {
        String abandoned = failure.abandoned();
        if (abandoned != null) {
          jobs.delete(observation.namespace(), abandoned);
        }
        deleteObsolete(observation, false);
      }
      case Decision.ConcludeSuccess _ -> deleteObsolete(observation, true);
      case Decision.StartAttempt _,
          Decision.EnsureJob _,
          Decision.ReadDatabase _,
          Decision.Report _,
          Decision.Leave _ -> {}
    }
  }

  private void deleteObsolete(Observation observation, boolean succeeded) {
    String ended = observation.attempt().orElseThrow().job();
    KeptJob.obsolete(observation.jobs(), ended, succeeded)
        .forEach(job -> jobs.delete(observation.namespace(), job));
  }

  private void read(
      Observation observation, String occasion, @Nullable String versionTable, Urgency urgency) {
    readings.take(
        new DatabaseReadings.Request(
            observation.namespace(),
            observation.name(),
            observation.uid(),
            observation.spec().database().secretRef(),
            versionTable,
            occasion,
            urgency));
  }

  private static @Nullable String versionTable(Observation observation) {
    return observation.status().database() == null
        ? null
        : observation.status().database().versionTable();
  }
}
