package io.dbmigrations.operator.report;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.TimeoutsSpec;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.MigrationRequest;
import io.dbmigrations.operator.job.StopCause;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.observe.Reading;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.JobReadings;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A resource that lives: a person edits it, Jobs run and fail, somebody else migrates the database
 * or takes it away, and the operator decides after each of these.
 */
final class ResourceLife {

  private final Decider decider = new Decider(Duration.ofMinutes(5));
  private final Random random;
  private final List<String> story = new ArrayList<>();

  private DatabaseMigrationSpec spec;
  private DatabaseMigrationStatus status = DatabaseMigrationStatus.NONE;
  private AttemptState state = new AttemptState.Missing();
  private @Nullable Reading reading;
  private @Nullable String retry;
  private Instant now = Observations.NOW;
  private Instant lookingSince = now;
  private long generation = 1;
  private int edits;

  // Of the attempt under way, whatever the specification says by now.
  private int meant;

  private final ModelDatabase database;

  // What nobody has asked for is not done: true from a wish until it is fulfilled.
  private boolean isAskedFor = true;
  private @Nullable List<String> seen;
  private boolean isSeenMissing;

  ResourceLife(Random random, ModelDatabase database, DatabaseMigrationSpec spec) {
    this.random = random;
    this.spec = spec;
    this.database = database;
  }

  void step() {
    happen();
    // One reconcile after the other, until it waits for something.
    for (int i = 0; i < 12; i++) {
      if (!reconcile()) {
        return;
      }
    }
    throw new AssertionError("It never comes to rest: " + story());
  }

  String story() {
    return String.join("\n", story.subList(Math.max(0, story.size() - 40), story.size()));
  }

  private void happen() {
    switch (random.nextInt(24)) {
      case 0 -> edit("another target", spec().targetRevision(anyTarget()).build(), true);
      case 1, 2 -> edit("a timeout", spec().timeouts(timeouts(edits++)).build(), isFailed());
      case 3 -> {
        retry = "retry-" + edits++;
        tell("a retry is asked for");
      }
      case 4 -> edit("suspend", spec().suspend(random.nextInt(8) == 0).build(), isFailed());
      case 5 -> tell(restart());
      case 6, 7, 8, 9, 10 -> tell(database.change());
      case 11, 15, 16 -> {
        now = now.plusSeconds(random.nextInt(400));
        tell("time passes");
      }
      case 12, 14 -> edit("the image", spec().image(anyImage()).build(), true);
      case 13 -> {
        retry = null;
        tell("the annotation is removed");
      }
      default -> proceed();
    }
  }

  private String anyTarget() {
    return List.of("b3-", "b5-", "label-").get(random.nextInt(3)) + edits++;
  }

  private String anyImage() {
    return List.of("build:", "build:", "old:").get(random.nextInt(3)) + edits++;
  }

  // Only a failed attempt is mended by any edit.
  private boolean isFailed() {
    AttemptStatus attempt = status.attempt();
    return isAskedFor || attempt == null;
  }

  private boolean isAskedFor() {
    return isAskedFor || isRetried();
  }

  private boolean isRetried() {
    AttemptStatus attempt = status.attempt();
    return retry != null && (attempt == null || !retry.equals(attempt.retry()));
  }

  private void edit(String what, DatabaseMigrationSpec edited, boolean asks) {
    spec = edited;
    generation++;
    isAskedFor |= asks;
    tell("edited: " + what);
  }

  private void proceed() {
    state =
        switch (state) {
          case AttemptState.Waiting _ -> new AttemptState.Running("pod", now, null);
          case AttemptState.Running _ -> random.nextInt(5) == 0 ? lost() : ended();
          case AttemptState.Stopping _ -> new AttemptState.Stopped(StopCause.EDITED);
          default -> state;
        };
    tell("the Job goes on: " + state);
    if (database.harm() != null) {
      throw new AssertionError("It has %s:\n%s".formatted(database.harm(), story()));
    }
  }

  private AttemptState lost() {
    database.lose(Objects.requireNonNull(status.attempt()), meant);
    return new AttemptState.Lost("its node does not answer");
  }

  private AttemptState ended() {
    AttemptStatus attempt = Objects.requireNonNull(status.attempt());
    if (attempt.hasRecordedImage()) {
      database.runsRecordedImage();
    }
    return new AttemptState.Ended(
        random.nextInt(6) == 0
            ? ModelDatabase.failed(Reason.MIGRATION_FAILED)
            : database.outcome(attempt, meant),
        "registry/shop@sha256:" + "0".repeat(64),
        null,
        null);
  }

  /** Whether there is more to do at once. */
  private boolean reconcile() {
    Observation observation = observation();
    Decision decision = decider.decide(observation);
    tell("decided: " + decision);
    DatabaseMigrationStatus before = status;
    switch (decision) {
      case Decision.StartAttempt start -> start(observation, start);
      case Decision.EnsureJob _ -> state = waiting();
      case Decision.StopJob stop -> state = new AttemptState.Stopped(stop.cause());
      case Decision.DeleteJob _ -> state = new AttemptState.Missing();
      case Decision.ReadDatabase read -> look(read.occasion());
      case Decision.Recognize _ -> throw new AssertionError("No version table is declared");
      case Decision.Report report -> {
        status = Reporting.status(observation, report);
        check();
        if (report.next() != null) {
          look(report.next().occasion());
        }
      }
      case Decision.ConcludeSuccess _, Decision.ConcludeFailure _ -> {
        status = Reporting.status(observation, decision);
        forget(observation);
        check();
      }
    }
    boolean saysTheSame = decision instanceof Decision.Report && before.equals(status);
    return !saysTheSame;
  }

  private void start(Observation observation, Decision.StartAttempt start) {
    if (start.mode() == MigrationMode.MIGRATE && !isAskedFor()) {
      throw new AssertionError("Nobody asked for this migration:\n" + story());
    }
    AttemptStatus last = status.attempt();
    if (last == null || !last.target().equals(spec.targetRevision()) || isRetried()) {
      database.isAskedForItsTarget();
    }
    // From here on it is asked for until it is there, though the annotation be removed.
    isAskedFor |= isRetried();
    meant = ModelDatabase.meaning(spec);
    AttemptStatus attempt = Attempts.next(observation, start);
    status = StatusReport.intent(observation, attempt);
    state = waiting();
    forget(observation);
  }

  // What was seen before an attempt's end says nothing about what holds after it.
  private void forget(Observation observation) {
    seen = JobReadings.seen(spec, status.attempt(), status.currentRevisions());
    isSeenMissing = JobReadings.isSeenMissing(spec, status.attempt());
    AttemptStatus attempt = status.attempt();
    boolean isReached = attempt != null && attempt.endedWith(Reason.AT_TARGET_REVISION);
    if (isReached && !observation.asksForMoreThan(attempt)) {
      isAskedFor = false;
    }
    observation.readingOn(occasion()).ifPresent(this::remember);
  }

  private void look(String occasion) {
    DatabaseReading found = database.look();
    Reading last = reading;
    int misses = found instanceof DatabaseReading.Rows ? 0 : last == null ? 1 : last.misses() + 1;
    reading = new Reading(found, occasion, now, misses, "1");
    remember(reading);
    tell("read: " + found);
  }

  private void remember(Reading taken) {
    if (taken.found() instanceof DatabaseReading.Rows read) {
      seen = read.revisions();
      isSeenMissing = false;
    } else if (taken.isWithoutDatabase()) {
      isSeenMissing = true;
    }
  }

  // With it goes what it has read and not said yet.
  private String restart() {
    reading = null;
    lookingSince = now;
    if (Reporting.isReady(status, generation)) {
      seen = null;
      isSeenMissing = false;
    }
    return "the operator is restarted";
  }

  private void check() {
    if (Reporting.isReady(status, generation)
        && (isSeenMissing
            || isAskedFor()
            || Objects.requireNonNull(status.attempt()).hasRecordedImage()
            || (seen != null && !ModelDatabase.isHeldBy(seen, ModelDatabase.meaning(spec))))) {
      throw new AssertionError("It is not ready, it has seen %s:\n%s".formatted(seen, story()));
    }
  }

  private Observation observation() {
    return ObservationBuilder.builder(Observations.newResource().build())
        .generation(generation)
        .spec(spec)
        .status(status)
        .retry(retry)
        .request(MigrationRequest.hash(spec))
        .attemptState(state)
        .reading(reading)
        .lookingSince(lookingSince)
        .now(now)
        .build();
  }

  private String occasion() {
    AttemptStatus attempt = status.attempt();
    return "%s/%d".formatted(attempt == null ? "" : attempt.job(), generation);
  }

  private AttemptState waiting() {
    return new AttemptState.Waiting(Reason.PENDING, "it waits", now, false);
  }

  private DatabaseMigrationSpecBuilder spec() {
    return DatabaseMigrationSpecBuilder.builder(spec);
  }

  private static TimeoutsSpec timeouts(int seconds) {
    return new TimeoutsSpec(seconds + "s", null, null, null, null);
  }

  private void tell(String event) {
    story.add(event);
  }
}
