package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptIdentity;
import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.job.Revisions;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Reading;
import io.dbmigrations.operator.observe.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules for an attempt that has ended without reaching its target. */
final class AfterFailure {

  private final DriftInterval interval;

  AfterFailure(DriftInterval interval) {
    this.interval = interval;
  }

  // After one that found the database where somebody else has brought it: other rows than those may
  // be right again, or may be gone on from. After one whose plan waits for approval, other rows are
  // another plan.
  Optional<Decision> goOnWhereRowsChanged(Observation observation, AttemptStatus attempt) {
    boolean dependsOnRows =
        attempt.endedWith(Reason.REVISION_DRIFTED)
            || attempt.endedWith(Reason.APPROVAL_REQUIRED)
            || attempt.endedWith(Reason.PLANNED);
    if (!dependsOnRows || observation.observableTables().isEmpty()) {
      return Optional.empty();
    }
    String occasion = Settled.occasion(observation, attempt);
    Optional<Reading> reading = observation.readingOn(occasion);
    if (reading.isEmpty()) {
      return Readings.untilItsTurn(observation, attempt, interval)
          .<Decision>map(rest -> Settled.failed(observation, attempt).lookingAgainAfter(rest))
          .or(() ->
              Optional.of(
                  new Decision.ReadDatabase(
                      occasion, observation.observableTables().get(), Urgency.ROUTINE)));
    }
    List<String> judged = observation.status().currentRevisions();
    boolean changed =
        reading.get().found() instanceof DatabaseReading.Rows rows
            && (judged == null
                ? rows.identity().tables().count() == 1
                    && isLongAfter(observation, attempt, reading.get())
                : !Revisions.areSame(rows.revisions(), judged));
    return Optional.of(
        changed
            ? Decision.StartAttempt.again(attempt, 0, Settled.user(observation, attempt))
            : isWorthACheck(observation, attempt, reading.get())
                ? Decision.StartAttempt.checking(Settled.user(observation, attempt))
                : Readings.again(
                    observation,
                    reading.get(),
                    interval,
                    Settled.failed(observation, attempt).answeringTheEdit()));
  }

  // Of several version tables the check may have found one behind that is not read, that of a
  // tenant who was being made: whether it still is, only the next check tells.
  private boolean isWorthACheck(Observation observation, AttemptStatus attempt, Reading reading) {
    return attempt.mode() == MigrationMode.CHECK
        && observation.status().currentRevisions() == null
        && reading.found() instanceof DatabaseReading.Rows rows
        && rows.identity().tables().areSeveral()
        && isLongAfter(observation, attempt, reading);
  }

  // Of which nobody knows the rows that were judged, as often as a database is read again.
  private boolean isLongAfter(Observation observation, AttemptStatus attempt, Reading reading) {
    AttemptOutcome outcome = attempt.outcome();
    return outcome != null
        && outcome
            .endedBy(observation.now())
            .filter(end -> reading.at().isBefore(end.plus(interval.of(observation))))
            .isEmpty();
  }

  // The password may be corrected in the Secret or in the database. Where the operator is refused
  // as the Job was, its own look tells when that is over; where it cannot look as the Job does,
  // only a Job can find out, and the rules below start one.
  Optional<Decision> probeTheLogin(Observation observation, AttemptStatus attempt) {
    if (!attempt.endedWith(Reason.AUTHENTICATION_FAILED)
        || due(observation, attempt).isEmpty()
        || !observation.isReadByTheOperator()) {
      return Optional.empty();
    }
    String occasion = Settled.occasion(observation, attempt);
    Optional<Reading> reading = observation.readingOn(occasion);
    if (reading.isEmpty()) {
      return Optional.of(refused(attempt).looking(new Decision.Look(occasion, null)));
    }
    return Readings.isLoginRefused(reading.get())
        ? Optional.of(Readings.again(observation, reading.get(), interval, refused(attempt)))
        : Optional.empty();
  }

  // What failed over the Secret, such as a URL that cannot be read, keeps the operator from reading
  // as well. Once it reads, that is mended, and nobody has to say so. What failed for something
  // else is not tried again: the operator could read all the time.
  Optional<Decision> goOnWhereTheDatabaseIsInSight(Observation observation, AttemptStatus attempt) {
    // Whoever lets it go on edits it, which is reason enough.
    if (!hasDoneNothing(attempt)
        || !observation.isReadByTheOperator()
        || observation.spec().suspend()) {
      return Optional.empty();
    }
    String occasion = Settled.occasion(observation, attempt);
    Optional<Reading> reading = observation.readingOn(occasion);
    Decision.Report failed = Settled.failed(observation, attempt).answeringTheEdit();
    if (reading.isEmpty()) {
      return Optional.of(failed.looking(new Decision.Look(occasion, null)));
    }
    if (!(reading.get().found() instanceof DatabaseReading.Answer)) {
      return Optional.of(
          Readings.again(
              observation,
              reading.get(),
              interval,
              failed.adding(
                  "It goes on by itself as well, once the operator can read the database")));
    }
    return Optional.of(
        wasOutOfSight(observation)
            ? Decision.StartAttempt.again(attempt, 0, Settled.user(observation, attempt))
            : Readings.again(observation, reading.get(), interval, failed));
  }

  // A check migrates nothing, and the configuration fails before anything does.
  private static boolean hasDoneNothing(AttemptStatus attempt) {
    return attempt.endedWith(Reason.CONFIGURATION_ERROR)
        || (attempt.mode() == MigrationMode.CHECK && !attempt.endedWith(Reason.REVISION_DRIFTED));
  }

  private static boolean wasOutOfSight(Observation observation) {
    return observation
        .status()
        .condition(Condition.DATABASE_OBSERVED)
        .filter(observed -> !observed.status().equals(Condition.TRUE))
        .isPresent();
  }

  // When the next Job comes is not a matter of time, so that no time is told.
  private static Decision.Report refused(AttemptStatus attempt) {
    AttemptOutcome outcome = Objects.requireNonNull(attempt.outcome(), "an attempt under way");
    return Decision.Report.of(
        Reason.AUTHENTICATION_FAILED,
        Messages.sentence(outcome.message()) + " It goes on by itself when the login succeeds");
  }

  Optional<Decision> wait(Observation observation, AttemptStatus attempt) {
    return due(observation, attempt)
        .map(next -> Duration.between(observation.now(), next))
        .filter(Duration::isPositive)
        .map(pause -> Settled.failed(observation, attempt).lookingAgainAfter(pause));
  }

  // The resource is alive, and nobody else may make its attempts: either its status was lost, or
  // the
  // database remembers another resource of its name, of another cluster for example.
  static Optional<Decision> startAboveTheFence(Observation observation, AttemptStatus attempt) {
    AttemptOutcome outcome = attempt.outcome();
    AttemptIdentity newest = outcome == null ? null : outcome.newest();
    if (!attempt.endedWith(Reason.SUPERSEDED)
        || newest == null
        || due(observation, attempt).isEmpty()) {
      return Optional.empty();
    }
    Decision.StartAttempt again = next(observation, attempt);
    return Optional.of(
        newest.uid().equals(observation.uid())
            ? again.numbered(newest.attempt() + 1)
            : again.over(newest.uid()));
  }

  Optional<Decision> startAgain(Observation observation, AttemptStatus attempt) {
    return due(observation, attempt).map(_ -> next(observation, attempt));
  }

  // How it ended is said until somebody asks for something else; where the database is meanwhile is
  // a fact of its own, and may be what a person has made of it by hand.
  Optional<Decision> tell(Observation observation, AttemptStatus attempt) {
    Decision.Report failed = Settled.failed(observation, attempt).answeringTheEdit();
    if (!observation.isReadByTheOperator()) {
      return Optional.of(failed);
    }
    String occasion = Settled.occasion(observation, attempt);
    Optional<Reading> reading = observation.readingOn(occasion);
    if (reading.isEmpty()) {
      return Optional.of(
          untilTheFirstLook(observation, attempt)
              .<Decision>map(failed::lookingAgainAfter)
              .orElseGet(() -> failed.looking(new Decision.Look(occasion, null))));
    }
    List<String> rows = rows(reading.get());
    if (rows != null && isMendedByHand(observation, attempt, rows)) {
      return Optional.of(Decision.StartAttempt.checking(Settled.user(observation, attempt)));
    }
    // By those that it was at when it was ahead another image may take it back: others came of
    // somebody else since, and nobody has asked for that.
    boolean isJudgedByThem = attempt.endedWith(Reason.DATABASE_AHEAD);
    return Optional.of(
        Readings.again(
            observation,
            reading.get(),
            interval,
            (rows == null || isJudgedByThem ? failed : failed.withRows(rows)).tellingNewsAlone()));
  }

  // At its end the runner has said where the database is; and a restart is no reason to look at all
  // of them at once.
  private Optional<Duration> untilTheFirstLook(Observation observation, AttemptStatus attempt) {
    Duration pause = interval.of(observation);
    Instant first =
        Optional.ofNullable(attempt.outcome())
            .flatMap(outcome -> outcome.endedBy(observation.now()))
            .filter(end -> !end.isBefore(observation.lookingSince()))
            .map(end -> end.plus(pause))
            .orElseGet(() -> Turn.after(observation.lookingSince(), observation.uid(), pause));
    return Optional.of(Duration.between(observation.now(), first)).filter(Duration::isPositive);
  }

  // Of several tables none is the current one, and one that is gone says nothing of rows.
  private static @Nullable List<String> rows(Reading reading) {
    return reading.found() instanceof DatabaseReading.Rows rows
            && rows.tablePresent()
            && !rows.identity().tables().areSeveral()
        ? rows.revisions()
        : null;
  }

  // A Job that runs nothing finds out whether that is all.
  private static boolean isMendedByHand(
      Observation observation, AttemptStatus attempt, List<String> rows) {
    List<String> target = observation.status().targetRevisions();
    List<String> judged = observation.status().currentRevisions();
    return attempt.mode() == MigrationMode.MIGRATE
        && target != null
        && judged != null
        && Revisions.areSame(rows, target)
        && !Revisions.areSame(rows, judged);
  }

  private static Decision.StartAttempt next(Observation observation, AttemptStatus attempt) {
    return Decision.StartAttempt.again(
        attempt, attempt.failures() + 1, Settled.user(observation, attempt));
  }

  private static Optional<Instant> due(Observation observation, AttemptStatus attempt) {
    return Optional.ofNullable(attempt.outcome())
        .flatMap(outcome -> Repetition.due(observation, outcome));
  }
}
