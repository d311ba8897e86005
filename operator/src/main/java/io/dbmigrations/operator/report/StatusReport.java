package io.dbmigrations.operator.report;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.LastMigration;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.decide.Messages;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.Revisions;
import io.dbmigrations.operator.observe.Observation;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Computes the status from what was observed and decided, and from nothing else. */
public final class StatusReport {

  private StatusReport() {}

  /** The status that says that an attempt is about to be made; written before its Job. */
  public static DatabaseMigrationStatus intent(Observation observation, AttemptStatus attempt) {
    return status(
        observation,
        Reason.PENDING,
        Messages.toMigrate(attempt.job(), observation.spec().targetRevision()),
        new Facts(observation.status()).with(attempt));
  }

  /** The status after a report. */
  public static DatabaseMigrationStatus report(Observation observation, Decision.Report report) {
    Facts facts = new Facts(observation.status());
    List<String> rows = report.rows();
    if (rows != null) {
      facts.current = Revisions.join(rows);
    }
    return status(observation, report.reason(), report.message(), facts);
  }

  /** The status after an attempt that did not reach its target. */
  public static DatabaseMigrationStatus failure(
      Observation observation, Decision.ConcludeFailure failure) {
    AttemptStatus attempt = observation.attempt().orElseThrow();
    Outcome outcome = failure.ended().outcome();
    Instant now = observation.now().truncatedTo(ChronoUnit.SECONDS);
    Duration pause = failure.pause();
    // in whole seconds, because a person reads it
    Instant next =
        pause == null ? null : now.plus(pause).plusMillis(999).truncatedTo(ChronoUnit.SECONDS);
    AttemptOutcome end = end(outcome, now, next);
    Facts facts = new Facts(observation.status()).with(attempt.ended(end)).learn(outcome);
    // Who has edited the resource meanwhile must not be told that the edit failed.
    return observation.isEditedSince(attempt)
        ? ended(observation, attempt, "with " + outcome.reason().wireName(), facts)
        : status(observation, outcome.reason(), Messages.ended(end), facts);
  }

  /** The status after an attempt that reached its target. */
  public static DatabaseMigrationStatus success(
      Observation observation, Decision.ConcludeSuccess success) {
    AttemptStatus attempt = observation.attempt().orElseThrow();
    Outcome outcome = success.ended().outcome();
    Instant now = observation.now().truncatedTo(ChronoUnit.SECONDS);
    Facts facts =
        new Facts(observation.status()).with(attempt.ended(end(outcome, now, null))).learn(outcome);
    facts.current = Revisions.join(success.rows());
    facts.target = Revisions.join(Optional.ofNullable(outcome.after()).orElseGet(success::rows));
    if (outcome.applied() > 0) {
      facts.lastMigration = lastMigration(attempt, success.ended());
    }
    // What was asked for meanwhile, or what somebody else did meanwhile, is decided on next.
    boolean isReady = !observation.isEditedSince(attempt) && facts.current.equals(facts.target);
    return isReady
        ? status(
            observation,
            Reason.AT_TARGET_REVISION,
            Messages.atTarget(observation.spec().targetRevision(), facts.target),
            facts)
        : ended(observation, attempt, "at " + facts.target, facts);
  }

  private static DatabaseMigrationStatus ended(
      Observation observation, AttemptStatus attempt, String how, Facts facts) {
    return status(
        observation,
        Reason.PENDING,
        "Job %s has ended %s; what comes next is being decided".formatted(attempt.job(), how),
        facts);
  }

  private static AttemptOutcome end(Outcome outcome, Instant at, @Nullable Instant nextAt) {
    return new AttemptOutcome(
        at.toString(),
        outcome.reason().wireName(),
        outcome.message(),
        outcome.revision(),
        outcome.sqlstate(),
        nextAt == null ? null : nextAt.toString());
  }

  private static LastMigration lastMigration(AttemptStatus attempt, AttemptState.Ended ended) {
    Outcome outcome = ended.outcome();
    return new LastMigration(
        Revisions.join(Optional.ofNullable(outcome.before()).orElseGet(List::of)),
        Revisions.join(Optional.ofNullable(outcome.after()).orElseGet(List::of)),
        outcome.direction(),
        outcome.applied(),
        attempt.image(),
        ended.imageId(),
        attempt.job(),
        ended.startedAt(),
        ended.finishedAt());
  }

  private static DatabaseMigrationStatus status(
      Observation observation, Reason reason, String message, Facts facts) {
    return new DatabaseMigrationStatus(
        observation.generation(),
        Conditions.of(
            reason,
            message,
            observation.generation(),
            observation.status().conditions(),
            observation.now()),
        facts.current,
        facts.target,
        facts.attempt,
        facts.lastMigration,
        facts.database);
  }

  /** The status but for its conditions, as it changes. */
  private static final class Facts {
    private @Nullable String current;
    private @Nullable String target;
    private @Nullable AttemptStatus attempt;
    private @Nullable LastMigration lastMigration;
    private @Nullable DatabaseStatus database;

    Facts(DatabaseMigrationStatus status) {
      current = status.currentRevision();
      target = status.targetRevision();
      attempt = status.attempt();
      lastMigration = status.lastMigration();
      database = status.database();
    }

    Facts with(AttemptStatus changed) {
      attempt = changed;
      return this;
    }

    // Only what the runner knew: an attempt that never reached the database says nothing of it.
    Facts learn(Outcome outcome) {
      List<String> after = outcome.after();
      if (after != null) {
        current = Revisions.join(after);
      }
      List<String> meant = outcome.target();
      if (meant != null) {
        target = Revisions.join(meant);
      }
      DatabaseStatus known = database == null ? new DatabaseStatus(null, null, null) : database;
      database =
          new DatabaseStatus(
              outcome.serverVersion() == null ? known.serverVersion() : outcome.serverVersion(),
              outcome.versionTable() == null ? known.versionTable() : outcome.versionTable(),
              outcome.alembic() == null ? known.alembicVersion() : outcome.alembic());
      return this;
    }
  }
}
