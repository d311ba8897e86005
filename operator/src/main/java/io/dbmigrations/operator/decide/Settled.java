package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.job.Revisions;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules for a resource without an attempt under way. */
final class Settled {

  // Often enough that a corrected password is noticed while its author still watches.
  private static final Duration PROBE_INTERVAL = Duration.ofSeconds(15);

  private final Duration resyncInterval;

  Settled(Duration resyncInterval) {
    this.resyncInterval = resyncInterval;
  }

  List<Rule> rules() {
    return List.of(
        this::isNew,
        this::isEditedButAsksForTheSame,
        this::isEdited,
        this::isAtItsTarget,
        this::failedForATime,
        this::cannotLogIn,
        this::failedForGood);
  }

  private Optional<Decision> isNew(Observation observation) {
    return observation.attempt().isEmpty()
        ? Optional.of(new Decision.StartAttempt(0, null, null))
        : Optional.empty();
  }

  // An edit of a timeout, say: the rows decide whether anything has to run.
  private Optional<Decision> isEditedButAsksForTheSame(Observation observation) {
    AttemptStatus attempt = observation.attempt().orElseThrow();
    boolean sameButForOtherFields =
        observation.isEditedSince(attempt)
            && Objects.equals(attempt.retry(), observation.retry())
            && attempt.request().equals(observation.request())
            && attempt.endedWith(Reason.AT_TARGET_REVISION);
    if (!sameButForOtherFields || versionTable(observation) == null) {
      return Optional.empty();
    }
    String occasion = attempt.job() + "/" + observation.generation();
    Optional<Reading> reading = observation.readingOn(occasion);
    if (reading.isEmpty()) {
      return Optional.of(new Decision.ReadDatabase(occasion, versionTable(observation)));
    }
    return reading.get().found() instanceof DatabaseReading.Rows rows
            && isTarget(observation, rows.revisions())
        ? Optional.of(atTarget(observation, rows.revisions(), reading.get()))
        : Optional.empty();
  }

  private Optional<Decision> isEdited(Observation observation) {
    AttemptStatus attempt = observation.attempt().orElseThrow();
    return observation.isEditedSince(attempt)
        ? Optional.of(new Decision.StartAttempt(0, user(observation, attempt), null))
        : Optional.empty();
  }

  private Optional<Decision> isAtItsTarget(Observation observation) {
    AttemptStatus attempt = observation.attempt().orElseThrow();
    if (!attempt.endedWith(Reason.AT_TARGET_REVISION)) {
      return Optional.empty();
    }
    if (versionTable(observation) == null) {
      return Optional.of(Decision.Report.of(Reason.AT_TARGET_REVISION, atTarget(observation)));
    }
    Optional<Reading> reading = observation.readingOn(attempt.job());
    if (reading.isEmpty()) {
      return Optional.of(new Decision.ReadDatabase(attempt.job(), versionTable(observation)));
    }
    // A database that cannot be read just now has not changed its schema by that.
    if (!(reading.get().found() instanceof DatabaseReading.Rows rows)) {
      return Optional.of(
          again(
              observation,
              reading.get(),
              resyncInterval,
              Decision.Report.of(Reason.AT_TARGET_REVISION, atTarget(observation))));
    }
    return Optional.of(
        isTarget(observation, rows.revisions())
            ? atTarget(observation, rows.revisions(), reading.get())
            : drifted(observation, rows.revisions(), reading.get()));
  }

  private Decision.Report atTarget(Observation observation, List<String> rows, Reading reading) {
    return again(
        observation,
        reading,
        resyncInterval,
        new Decision.Report(Reason.AT_TARGET_REVISION, atTarget(observation), rows, null, null));
  }

  private static String atTarget(Observation observation) {
    String rows = observation.status().targetRevision();
    String target = observation.spec().targetRevision();
    return Messages.atTarget(target, rows == null ? target : rows);
  }

  private Decision.Report drifted(Observation observation, List<String> rows, Reading reading) {
    String message =
        "The version table has %s; this resource left it at %s. Somebody else migrates this database. Set the annotation dbmigrations.io/retry to a new value to migrate to %s again"
            .formatted(
                Revisions.join(rows),
                observation.status().targetRevision(),
                observation.spec().targetRevision());
    return again(
        observation,
        reading,
        resyncInterval,
        new Decision.Report(Reason.REVISION_DRIFTED, message, rows, null, null));
  }

  private Optional<Decision> failedForATime(Observation observation) {
    AttemptStatus attempt = observation.attempt().orElseThrow();
    String nextAt = nextAt(attempt);
    boolean probed = attempt.endedWith(Reason.AUTHENTICATION_FAILED) && observation.readable();
    if (nextAt == null || probed) {
      return Optional.empty();
    }
    Duration pause = Duration.between(observation.now(), Instant.parse(nextAt));
    return Optional.of(
        pause.isPositive()
            ? failed(attempt).lookingAgainAfter(pause)
            : new Decision.StartAttempt(attempt.failures() + 1, user(observation, attempt), null));
  }

  // The password may be corrected in the Secret or in the database: only trying tells.
  private Optional<Decision> cannotLogIn(Observation observation) {
    AttemptStatus attempt = observation.attempt().orElseThrow();
    String nextAt = nextAt(attempt);
    if (!attempt.endedWith(Reason.AUTHENTICATION_FAILED)
        || nextAt == null
        || !observation.readable()) {
      return Optional.empty();
    }
    Optional<Reading> reading = observation.readingOn(attempt.job());
    if (reading.isEmpty()) {
      return Optional.of(failed(attempt).lookingAgainAfter(PROBE_INTERVAL).reading(attempt.job()));
    }
    boolean letIn = reading.get().found() instanceof DatabaseReading.Rows;
    if (letIn && !observation.now().isBefore(Instant.parse(nextAt))) {
      return Optional.of(
          new Decision.StartAttempt(attempt.failures() + 1, user(observation, attempt), null));
    }
    return Optional.of(again(observation, reading.get(), PROBE_INTERVAL, failed(attempt)));
  }

  private Optional<Decision> failedForGood(Observation observation) {
    return Optional.of(failed(observation.attempt().orElseThrow()));
  }

  private static @Nullable String nextAt(AttemptStatus attempt) {
    AttemptOutcome outcome = attempt.outcome();
    return outcome == null ? null : outcome.nextAt();
  }

  private static Decision.Report failed(AttemptStatus attempt) {
    AttemptOutcome outcome = Objects.requireNonNull(attempt.outcome(), "an attempt under way");
    // A reason of a newer operator is not known here; its words are.
    return Decision.Report.of(
        Reason.of(outcome.reason()).orElse(Reason.INTERNAL_ERROR), Messages.ended(outcome));
  }

  // Looks again after the interval, and reads anew in passing where the reading is older than it.
  private static Decision.Report again(
      Observation observation, Reading reading, Duration interval, Decision.Report report) {
    Duration rest = Duration.between(observation.now(), reading.at().plus(interval));
    return rest.isPositive()
        ? report.lookingAgainAfter(rest)
        : report.lookingAgainAfter(interval).reading(reading.occasion());
  }

  private static boolean isTarget(Observation observation, List<String> rows) {
    return Revisions.join(rows).equals(observation.status().targetRevision());
  }

  private static @Nullable Long user(Observation observation, AttemptStatus attempt) {
    return attempt.image().equals(observation.spec().image()) ? attempt.runAsUser() : null;
  }

  // Null also where the operator may not read: then the runner's word is all there is.
  private static @Nullable String versionTable(Observation observation) {
    DatabaseStatus database = observation.status().database();
    return observation.readable() && database != null ? database.versionTable() : null;
  }
}
