package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.AttemptIdentity;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.RetrySpec;
import io.dbmigrations.api.v1alpha1.TimeoutsSpec;
import io.dbmigrations.api.v1alpha1.UnverifiedPolicy;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.job.MigrationRequest;
import io.dbmigrations.operator.observe.Claimant;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.observe.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Builds observations, starting from a new resource that targets head. */
public final class Observations {

  public static final Instant NOW = Instant.parse("2026-01-11T10:00:00Z");
  public static final String UID = "7c1d2a3b-0000-4000-8000-000000000001";
  public static final String JOB = JobName.of("agent-platform", UID, 1);

  private String target = "head";
  private String image = "migrations:1";
  private UnverifiedPolicy unverified = UnverifiedPolicy.FORBID;
  private TimeoutsSpec timeouts = TimeoutsSpec.DEFAULT;
  private List<HistoryEntry> history = List.of();
  private boolean suspend;
  private long generation = 1;
  private boolean deleting;
  private boolean readable = true;
  private @Nullable String retry;
  private @Nullable AttemptStatus attempt;
  private @Nullable List<String> current;
  private @Nullable List<String> meant;
  private @Nullable DatabaseStatus database;
  private List<Condition> conditions = List.of();
  private AttemptState state = new AttemptState.Missing();
  private List<String> predecessors = List.of();
  private @Nullable Claimant claimant;
  private boolean olderAtWork;
  private @Nullable Reading reading;

  private Observations() {}

  public static Observations newResource() {
    return new Observations();
  }

  /** A resource whose first attempt is written down and has not ended. */
  public static Observations underWay(AttemptState state) {
    Observations observations = new Observations();
    observations.attempt = Attempts.intent(observations.spec());
    observations.state = state;
    return observations;
  }

  /** A resource whose first attempt has ended for that reason. */
  public static Observations ended(Reason reason, int failures, @Nullable Instant nextAt) {
    return underWay(new AttemptState.Missing())
        .failures(failures)
        .attempt(last -> last.ended(Attempts.end(reason, nextAt, null, null)));
  }

  /** A resource whose first attempt was told that the database has seen a newer one. */
  public static Observations superseded(AttemptIdentity newest, Instant nextAt) {
    return underWay(new AttemptState.Missing())
        .attempt(last -> last.ended(Attempts.end(Reason.SUPERSEDED, nextAt, null, newest)));
  }

  /** A resource that has reached a target which speaks of all lines, and nothing said since. */
  public static Observations atTarget(String... rows) {
    return atTarget(new HeldRows(List.of(rows), true), rows);
  }

  /** A resource that has reached a target which is held by some of these rows. */
  public static Observations atTarget(HeldRows held, String... rows) {
    return underWay(new AttemptState.Missing())
        .attempt(last -> last.ended(Attempts.end(Reason.AT_TARGET_REVISION, null, held, null)))
        .judged(List.of(rows), rows);
  }

  /** A check has found that the database is not at its target, but at these rows. */
  public static Observations drifted(String... rows) {
    return ended(Reason.REVISION_DRIFTED, 0, null)
        .mode(MigrationMode.CHECK)
        .attempt(Attempts.downFrom("003"))
        .judged(List.of(rows), rows);
  }

  /** An older resource declares those rows for the same lines, and is now as given. */
  public static Observations claimed(@Nullable Claimant claimant, String... rows) {
    Observations observations =
        ended(Reason.DATABASE_CLAIMED, 0, null).database(KnownDatabases.ONE);
    observations.attempt = Attempts.claimed(Attempts.intent(observations.spec()), List.of(rows));
    observations.claimant = claimant;
    return observations;
  }

  public Observations database(DatabaseStatus known) {
    database = known;
    return this;
  }

  public Observations target(String changed) {
    target = changed;
    return this;
  }

  /** The rows that the last attempt knew, and the revisions that its target means. */
  public Observations judged(List<String> rows, String... means) {
    current = rows;
    meant = List.of(means);
    database = KnownDatabases.ONE;
    return this;
  }

  public Observations image(String changed) {
    image = changed;
    return this;
  }

  public Observations unverified(UnverifiedPolicy policy) {
    unverified = policy;
    return this;
  }

  public Observations runTimeout(String run) {
    TimeoutsSpec old = timeouts;
    timeouts = new TimeoutsSpec(old.lock(), old.statement(), old.busy(), old.start(), run);
    return this;
  }

  public Observations suspended() {
    suspend = true;
    return this;
  }

  /** The specification is edited after the attempt, and asks for the same. */
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

  /** An older resource of the same database has been at work since the attempt. */
  public Observations olderAtWork() {
    olderAtWork = true;
    return this;
  }

  public Observations history(HistoryEntry... entries) {
    history = List.of(entries);
    return this;
  }

  public Observations predecessors(String... pods) {
    predecessors = List.of(pods);
    return this;
  }

  public Observations attempt(UnaryOperator<AttemptStatus> change) {
    attempt = change.apply(attempt);
    return this;
  }

  public Observations failures(int failures) {
    return attempt(last -> AttemptStatusBuilder.builder(last).failures(failures).build());
  }

  public Observations mode(MigrationMode mode) {
    return attempt(last -> AttemptStatusBuilder.builder(last).mode(mode).build());
  }

  public Observations runAsUser(long user) {
    return attempt(last -> AttemptStatusBuilder.builder(last).runAsUser(user).build());
  }

  /** What was said last of this generation, with the status that the reason has by itself. */
  public Observations said(Reason reason, String message) {
    return said(ShownStatus.of(reason.reasonClass()), reason, message);
  }

  public Observations said(String status, Reason reason, String message) {
    String since = NOW.minusSeconds(60).toString();
    conditions =
        List.of(
            new Condition(Condition.READY, status, generation, since, reason.wireName(), message));
    return this;
  }

  /** What a reading is taken for that says something about the attempt and the generation. */
  public String occasion() {
    return JOB + "/" + generation;
  }

  /** The database was read a moment ago. */
  public Observations read(String... rows) {
    return read(Duration.ZERO, Ends.rows(rows));
  }

  public Observations readNoTable() {
    return read(Duration.ZERO, Ends.noTable());
  }

  /** The database was looked at a moment ago, in vain, for the so-manieth time in a row. */
  public Observations readInVain(int misses, Reason reason) {
    DatabaseReading no = new DatabaseReading.Refused(reason, "it says no");
    reading = new Reading(no, occasion(), NOW, misses, "1");
    return this;
  }

  public Observations read(Duration ago, DatabaseReading found) {
    int misses = found instanceof DatabaseReading.Answer ? 0 : 1;
    reading = new Reading(found, occasion(), NOW.minus(ago), misses, "1");
    return this;
  }

  /** The reading was taken for something else. */
  public Observations readFor(String occasion, String... rows) {
    reading = new Reading(Ends.rows(rows), occasion, NOW, 0, "1");
    return this;
  }

  public Observation build() {
    DatabaseMigrationSpec spec = spec();
    return ObservationBuilder.builder()
        .namespace("platform")
        .name("agent-platform")
        .uid(UID)
        .generation(generation)
        .deleting(deleting)
        .spec(spec)
        .status(
            DatabaseMigrationStatusBuilder.builder()
                .conditions(conditions)
                .currentRevision(current == null ? null : String.join(",", current))
                .currentRevisions(current)
                .targetRevisions(meant)
                .attempt(attempt)
                .database(database)
                .history(history)
                .build())
        .retry(retry)
        .request(MigrationRequest.hash(spec))
        .attemptState(state)
        .podSeen(true)
        .predecessors(predecessors)
        .jobs(List.of())
        .claimant(claimant)
        .olderAtWork(olderAtWork)
        .reading(reading)
        .readable(readable)
        .lookingSince(NOW.minus(Duration.ofDays(1)))
        .now(NOW)
        .build();
  }

  private DatabaseMigrationSpec spec() {
    return DatabaseMigrationSpecBuilder.builder()
        .targetRevision(target)
        .image(image)
        .database(Databases.bySecret("agent-platform-db", unverified))
        .timeouts(timeouts)
        .retry(new RetrySpec(3, "5s", "60s"))
        .suspend(suspend)
        .build();
  }
}
