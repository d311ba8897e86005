package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.DriftReader;
import io.dbmigrations.api.v1alpha1.Durations;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.api.v1alpha1.Times;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.Revisions;
import io.dbmigrations.operator.observe.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The rules for a database that Jobs read in the operator's place ({@code spec.drift.reader}): Jobs
 * that migrate nothing, and whose word counts as a reading of the operator's does. While one is on
 * its way what was said stays, and one that ends without having seen the rows is a reading in vain.
 */
public final class JobReader {

  // Other rows than those that were left there, whatever the scripts have to say of them.
  private static final Set<Reason> DRIFTS =
      EnumSet.of(Reason.DATABASE_AHEAD, Reason.VERSION_TABLES_DIFFER);

  private final DriftInterval interval;

  JobReader(DriftInterval interval) {
    this.interval = interval;
  }

  /** After an attempt that has reached its target, a reading or a migration. */
  Optional<Decision> readAgain(Observation observation, AttemptStatus attempt) {
    if (!isAskedFor(observation)) {
      return Optional.empty();
    }
    // Said by the operator's own readings, while those were asked for.
    Optional<Decision.Report> doubt =
        Standing.ofTheDatabase(observation)
            .filter(said -> said.reason() != Reason.AT_TARGET_REVISION);
    if (observation.spec().suspend()) {
      return doubt.map(Decision.Report::answeringTheEdit);
    }
    Duration rest = untilDue(observation, attempt);
    return doubt.isPresent() || !rest.isPositive()
        ? Optional.of(Decision.StartAttempt.checking(Settled.user(observation, attempt)))
        : Optional.of(AtTarget.byTheRunnersWord(observation, attempt).lookingAgainAfter(rest));
  }

  /** A reading that has ended, and has not seen the rows of the target. */
  Optional<Decision> conclude(
      Observation observation, AttemptStatus attempt, AttemptState.Ended ended) {
    Outcome outcome = ended.outcome();
    boolean isSeen = outcome.reason() == Reason.AT_TARGET_REVISION && !outcome.hasDifferingTables();
    return isReading(observation, attempt) && !isSeen
        ? Optional.of(
            Decision.ConcludeFailure.of(
                judged(observation, attempt, ended), interval.of(observation)))
        : Optional.empty();
  }

  /** After a reading that found something else, or nothing. */
  Optional<Decision> wait(Observation observation, AttemptStatus attempt) {
    if (!isReading(observation, attempt)) {
      return Optional.empty();
    }
    Decision.Report told = lastWord(observation, attempt).answeringTheEdit();
    Duration rest = untilDue(observation, attempt);
    return observation.spec().suspend()
        ? Optional.of(told)
        : Optional.of(rest).filter(Duration::isPositive).map(told::lookingAgainAfter);
  }

  /** The next one, when its time has come; of readings in vain there may be any number. */
  Optional<Decision> repeat(Observation observation, AttemptStatus attempt) {
    return isReading(observation, attempt)
        ? AfterFailure.startAboveTheFence(observation, attempt)
            .or(() ->
                Optional.of(
                    Decision.StartAttempt.again(
                        attempt, misses(attempt), Settled.user(observation, attempt))))
        : Optional.empty();
  }

  /** How such a reading ended, in the words that stay until the next one; empty for a migration. */
  public static Optional<Decision.Report> ending(Observation observation, AttemptStatus attempt) {
    return isReading(observation, attempt)
        ? Optional.of(lastWord(observation, attempt))
        : Optional.empty();
  }

  /** What is said while such a reading is on its way: what was said before it. */
  public static Optional<Decision.Report> meanwhile(
      Observation observation, AttemptStatus attempt) {
    return isReading(observation, attempt) && !observation.asksForMoreThan(attempt)
        ? Standing.ofTheDatabase(observation)
        : Optional.empty();
  }

  /**
   * What is said of a reading that is to be, or is, on its way and waits: nothing new for as long
   * as any container may take to start, and then that it hides the database.
   *
   * @param wanted what was decided on
   * @param report what would be said of a migration
   */
  Decision.Report told(Observation observation, Decision wanted, Decision.Report report) {
    return observation
        .attempt()
        .filter(last -> isAskedFor(observation) && !observation.asksForMoreThan(last))
        .filter(last -> isOnItsWay(last) || isToBe(wanted))
        .flatMap(last ->
            standing(observation, last).map(said -> spoken(observation, last, report, said)))
        .orElse(report);
  }

  private Decision.Report spoken(
      Observation observation, AttemptStatus last, Decision.Report report, Decision.Report said) {
    if (report.reason() == Reason.SUSPENDED) {
      return said;
    }
    Duration start = Durations.parse(observation.spec().timeouts().start());
    Instant begin =
        last.outcome() == null
            ? Times.past(last.startedAt(), observation.now()).orElse(observation.now())
            : observation.now().plus(untilDue(observation, last));
    Duration rest = Duration.between(observation.now(), begin.plus(start));
    if (rest.isPositive()) {
      Duration again = report.lookAgain();
      return said.lookingAgainAfter(again == null || rest.compareTo(again) < 0 ? rest : again);
    }
    if (Standing.CONTRADICTIONS.contains(said.reason())) {
      return report.lookAgain() == null ? said : said.lookingAgainAfter(report.lookAgain());
    }
    return report.shown() == ReasonClass.PROGRESSING ? report : report.shownAs(ReasonClass.UNSEEN);
  }

  private static Optional<Decision.Report> standing(Observation observation, AttemptStatus last) {
    boolean isInVain =
        last.outcome() != null
            && isReading(observation, last)
            && !last.endedWith(Reason.AT_TARGET_REVISION);
    return isInVain
        ? Optional.of(lastWord(observation, last))
        : Standing.ofTheDatabase(observation);
  }

  private static boolean isOnItsWay(AttemptStatus last) {
    return last.outcome() == null && last.mode() == MigrationMode.CHECK;
  }

  private static boolean isToBe(Decision wanted) {
    return wanted instanceof Decision.StartAttempt start && start.mode() == MigrationMode.CHECK;
  }

  private static Decision.Report lastWord(Observation observation, AttemptStatus attempt) {
    AttemptOutcome outcome = outcome(attempt);
    Reason reason = Reason.of(outcome.reason()).orElse(Reason.INTERNAL_ERROR);
    if (Standing.CONTRADICTIONS.contains(reason)) {
      return Decision.Report.of(reason, outcome.message());
    }
    return Standing.ofTheDatabase(observation)
        .filter(said ->
            Standing.CONTRADICTIONS.contains(said.reason())
                || misses(attempt) < Standing.HIDDEN_AFTER)
        .orElseGet(() -> Standing.hidden(reason, outcome.message(), where(observation), ""));
  }

  private static AttemptState.Ended judged(
      Observation observation, AttemptStatus attempt, AttemptState.Ended ended) {
    Outcome outcome = ended.outcome();
    boolean isDrift =
        DRIFTS.contains(outcome.reason()) || outcome.reason() == Reason.AT_TARGET_REVISION;
    DatabaseStatus migrated = Readings.known(observation);
    DatabaseStatus found = outcome.database();
    if ((isDrift || outcome.reason() == Reason.REVISION_DRIFTED)
        && found != null
        && migrated.isElsewhereThan(found)) {
      String elsewhere = AnotherDatabase.found(found, migrated, attempt.target());
      return ended.told(
          outcome.because(
              Reason.REVISION_DRIFTED,
              "%s. What the Job found: %s".formatted(elsewhere, outcome.message())));
    }
    if (!isDrift) {
      return ended;
    }
    String left =
        attempt.downFrom() == null ? attempt.target() : Revisions.join(attempt.downFrom());
    String message =
        "Somebody else migrates this database, which this resource left at %s. If that is right, let spec.targetRevision say so; to migrate to %s again, set the annotation dbmigrations.io/retry to a new value. What the Job found: %s"
            .formatted(left, attempt.target(), outcome.message());
    return ended.told(outcome.because(Reason.REVISION_DRIFTED, message));
  }

  private static boolean isReading(Observation observation, AttemptStatus attempt) {
    return isAskedFor(observation) && attempt.mode() == MigrationMode.CHECK;
  }

  private static boolean isAskedFor(Observation observation) {
    return observation.spec().drift().reader() == DriftReader.JOB;
  }

  private Duration untilDue(Observation observation, AttemptStatus attempt) {
    // A time that somebody wrote by hand holds nothing up.
    return outcome(attempt)
        .endedBy(observation.now())
        .map(end -> Duration.between(observation.now(), end.plus(interval.of(observation))))
        .orElse(Duration.ZERO);
  }

  // How many in a row have not seen the rows, this one included.
  private static int misses(AttemptStatus attempt) {
    boolean isSeen = Standing.CONTRADICTIONS.stream().anyMatch(attempt::endedWith);
    return isSeen ? 0 : attempt.failures() + 1;
  }

  private static String where(Observation observation) {
    return Optional.ofNullable(observation.status().targetRevisions())
        .map(Revisions::join)
        .orElseGet(() -> observation.spec().targetRevision());
  }

  private static AttemptOutcome outcome(AttemptStatus attempt) {
    return Objects.requireNonNull(attempt.outcome(), "an attempt under way");
  }
}
