package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.InvalidIndexPolicy;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.RetrySpec;
import io.dbmigrations.api.v1alpha1.SecretKeyRef;
import io.dbmigrations.operator.database.DatabaseIdentity;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.MigrationRequest;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds observations, starting from a new resource that targets head. */
public final class Observations {

  public static final Instant NOW = Instant.parse("2026-01-11T10:00:00Z");
  public static final String UID = "7c1d2a3b-0000-4000-8000-000000000001";
  public static final String JOB = "agent-platform-1-abcdef";

  private String target = "head";
  private String image = "migrations:1";
  private boolean suspend;
  private long generation = 1;
  private boolean deleting;
  private boolean readable = true;
  private @Nullable String retry;
  private @Nullable AttemptStatus attempt;
  private @Nullable String reached;
  private @Nullable DatabaseStatus database;
  private AttemptState state = new AttemptState.Missing();
  private @Nullable Reading reading;

  public static Observations newResource() {
    return new Observations();
  }

  /** A resource whose first attempt is written down and has not ended. */
  public static Observations underWay(AttemptState state) {
    Observations observations = new Observations();
    observations.attempt = observations.attempt(0, null);
    observations.state = state;
    return observations;
  }

  /** A resource whose first attempt has ended for that reason. */
  public static Observations ended(Reason reason, int failures, @Nullable Instant nextAt) {
    Observations observations = new Observations();
    observations.attempt = observations.attempt(failures, null).ended(end(reason, nextAt));
    return observations;
  }

  /** A resource that has reached these rows. */
  public static Observations atTarget(String rows) {
    Observations observations = ended(Reason.AT_TARGET_REVISION, 0, null);
    observations.reached = rows;
    observations.database = new DatabaseStatus("17.6", "public.alembic_version", "1.18.1");
    return observations;
  }

  public Observations target(String changed) {
    target = changed;
    return this;
  }

  public Observations image(String changed) {
    image = changed;
    return this;
  }

  public Observations suspended() {
    suspend = true;
    return this;
  }

  /** The specification is edited after the attempt. */
  public Observations edited() {
    generation++;
    return this;
  }

  public Observations retry(String value) {
    retry = value;
    return this;
  }

  public Observations deleting() {
    deleting = true;
    return this;
  }

  public Observations unreadable() {
    readable = false;
    return this;
  }

  public Observations failures(int failures) {
    attempt = attempt(failures, null);
    return this;
  }

  /** The attempt was given a user, and failed. */
  public Observations failedAs(long user) {
    attempt = attempt(0, user).ended(end(Reason.MIGRATION_FAILED, null));
    return this;
  }

  public Observations read(String occasion, Duration ago, String... rows) {
    return read(
        occasion,
        ago,
        new DatabaseReading.Rows(
            List.of(rows),
            true,
            "17.6",
            new DatabaseIdentity("7", "platform", "public.alembic_version")));
  }

  public Observations read(String occasion, Duration ago, DatabaseReading found) {
    reading =
        new Reading(
            found, occasion, NOW.minus(ago), found instanceof DatabaseReading.Rows ? 0 : 1, "1");
    return this;
  }

  public Observation build() {
    DatabaseMigrationSpec spec = spec();
    DatabaseMigrationStatus status =
        new DatabaseMigrationStatus(null, List.of(), reached, reached, attempt, null, database);
    return new Observation(
        "platform",
        "agent-platform",
        UID,
        generation,
        deleting,
        spec,
        status,
        retry,
        MigrationRequest.hash(spec),
        state,
        List.of(),
        reading,
        readable,
        NOW);
  }

  public static AttemptState.Ended endedWith(Reason reason) {
    return new AttemptState.Ended(Outcome.of(reason, "its end"), null, null, null);
  }

  /** The end of an attempt that reached these rows from base. */
  public static AttemptState.Ended succeeded(String... rows) {
    List<String> after = List.of(rows);
    return new AttemptState.Ended(
        new Outcome(
            Reason.AT_TARGET_REVISION,
            "at target",
            List.of(),
            after,
            after,
            "Upgrade",
            3,
            null,
            null,
            "1.18.1",
            "17.6",
            "public.alembic_version"),
        "sha256:1",
        "2026-01-11T09:59:58Z",
        "2026-01-11T09:59:59Z");
  }

  private DatabaseMigrationSpec spec() {
    return new DatabaseMigrationSpec(
        target,
        image,
        null,
        List.of(),
        new DatabaseSpec(new SecretKeyRef("agent-platform-db", "url"), "DATABASE_URL"),
        null,
        null,
        null,
        new RetrySpec(3, "5s", "60s", InvalidIndexPolicy.REFUSE),
        suspend);
  }

  private AttemptStatus attempt(int failures, @Nullable Long user) {
    return new AttemptStatus(
        1,
        JOB,
        image,
        MigrationRequest.hash(spec()),
        1,
        null,
        user,
        NOW.toString(),
        failures,
        null);
  }

  private static AttemptOutcome end(Reason reason, @Nullable Instant nextAt) {
    return new AttemptOutcome(
        NOW.toString(),
        reason.wireName(),
        "its end",
        null,
        null,
        nextAt == null ? null : nextAt.toString());
  }
}
