package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.DeclaredMode;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.api.v1alpha1.UnverifiedPolicy;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.job.Revisions;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Reading;
import io.dbmigrations.operator.observe.Urgency;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules for an attempt that has reached its target: is the database still there? */
final class AtTarget {

  private final DriftInterval interval;

  AtTarget(DriftInterval interval) {
    this.interval = interval;
  }

  Optional<Decision> believeTheRunner(Observation observation, AttemptStatus attempt) {
    if (observation.observableTables().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        Settled.isOwn(observation, attempt) || observation.spec().suspend()
            ? byTheRunnersWord(observation, attempt)
            : Decision.StartAttempt.checking(Settled.user(observation, attempt)));
  }

  /** The database is where the last Job has left or found it. */
  static Decision.Report byTheRunnersWord(Observation observation, AttemptStatus attempt) {
    return atTarget(observation, attempt).answeringTheEdit();
  }

  Optional<Decision> read(Observation observation, AttemptStatus attempt) {
    String occasion = Settled.occasion(observation, attempt);
    if (observation.readingOn(occasion).isPresent()) {
      return Optional.empty();
    }
    Urgency urgency =
        observation.isEditedSince(attempt)
                || !Standing.isOfThisGeneration(observation)
                || !Settled.isOwn(observation, attempt)
            ? Urgency.AWAITED
            : Urgency.ROUTINE;
    return Readings.untilItsTurn(observation, attempt, interval)
        .<Decision>map(rest -> Standing.again(observation).lookingAgainAfter(rest))
        .or(() ->
            Optional.of(
                new Decision.ReadDatabase(
                    occasion, observation.observableTables().orElseThrow(), urgency)));
  }

  Optional<Decision> compare(Observation observation, AttemptStatus attempt) {
    Reading reading = reading(observation, attempt);
    if (reading.found() instanceof DatabaseReading.Differing differing) {
      // One of them at least is not where it was left, and which one the words say.
      return Optional.of(
          again(
              observation,
              reading,
              Decision.Report.of(Reason.REVISION_DRIFTED, drift(observation, attempt, differing))
                  .answeringTheEdit()));
    }
    if (!(reading.found() instanceof DatabaseReading.Rows rows)) {
      return Optional.empty();
    }
    List<String> revisions = rows.revisions();
    return Optional.of(
        switch (Verdict.of(revisions, outcome(attempt), observation.status())) {
          case HELD ->
              hasFurtherTable(observation, rows) && !observation.spec().suspend()
                  // Perhaps that of a new tenant: which ones there are only env.py knows.
                  ? Decision.StartAttempt.checking(Settled.user(observation, attempt))
                  : again(observation, reading, atTarget(observation, attempt), revisions);
          case CONTRADICTED ->
              observation.spec().mode() == DeclaredMode.PLAN
                  // It goes with the database, and shows what would be run from there.
                  ? Decision.StartAttempt.migrating(0, Settled.user(observation, attempt))
                  : again(
                      observation,
                      reading,
                      Decision.Report.of(
                          Reason.REVISION_DRIFTED, drift(observation, attempt, rows)),
                      revisions);
          case UNCERTAIN -> findOut(observation, attempt, reading, rows);
        });
  }

  private Decision findOut(
      Observation observation, AttemptStatus attempt, Reading reading, DatabaseReading.Rows rows) {
    // Without the rows, which would be taken for right ones then.
    if (Readings.isOfAnotherDatabase(observation, rows)) {
      return again(
          observation,
          reading,
          Decision.Report.of(Reason.REVISION_DRIFTED, drift(observation, attempt, rows))
              .answeringTheEdit());
    }
    return isAsAfterACheck(observation, attempt, reading)
        ? again(observation, reading, contradicted(observation, attempt))
        // A Job that runs nothing may find out.
        : Decision.StartAttempt.checking(Settled.user(observation, attempt));
  }

  // Read before its end was written down, in whole seconds: another one at once would end alike.
  private static boolean isAsAfterACheck(
      Observation observation, AttemptStatus attempt, Reading reading) {
    return attempt.mode() == MigrationMode.CHECK
        && !attempt.neededNoJob()
        && outcome(attempt)
            .endedBy(observation.now())
            .filter(end -> reading.at().isBefore(end.plusSeconds(1)))
            .isPresent();
  }

  private static Decision.Report contradicted(Observation observation, AttemptStatus attempt) {
    String message =
        "Job %s has found the database at %s, and what the operator reads there are other rows. Either somebody else migrates it at the same time, or the name of its host leads elsewhere in the Pod of a migration than for the operator (hostAliases, another DNS): let both lead to the same server. The operator reads again by itself, and a Job looks again then"
            .formatted(attempt.job(), observation.spec().targetRevision());
    return Decision.Report.of(Reason.REVISION_DRIFTED, message)
        .shownAs(ReasonClass.UNSEEN)
        .answeringTheEdit();
  }

  Optional<Decision> tellWhatIsMissing(Observation observation, AttemptStatus attempt) {
    Reading reading = reading(observation, attempt);
    return reading.isWithoutDatabase() && reading.found() instanceof DatabaseReading.Refused refused
        ? Optional.of(
            again(
                observation,
                reading,
                Decision.Report.of(refused.reason(), refused.message()).answeringTheEdit()))
        : Optional.empty();
  }

  Optional<Decision> keepInSpiteOfASilence(Observation observation, AttemptStatus attempt) {
    Reading reading = reading(observation, attempt);
    if (Standing.is(Standing.CONTRADICTIONS, observation)) {
      return Optional.of(
          again(observation, reading, Standing.again(observation).answeringTheEdit()));
    }
    if (reading.found() instanceof DatabaseReading.NotObservable
        && (!Standing.is(EnumSet.of(Reason.AT_TARGET_REVISION), observation)
            || (wasRead(observation) && !observation.spec().suspend()))) {
      // The runner's word may be overtaken by what was seen since, or by what hides the database
      // from the operator now: its next word is asked for.
      return Optional.of(Decision.StartAttempt.checking(Settled.user(observation, attempt)));
    }
    Decision.Report report =
        switch (reading.found()) {
          case DatabaseReading.NotObservable _ -> atTarget(observation, attempt);
          case DatabaseReading.Refused refused ->
              hidden(observation, attempt, reading, refused.reason(), refused.message());
          case DatabaseReading.Locked locked ->
              hidden(observation, attempt, reading, Reason.DATABASE_BUSY, locked.message());
          case DatabaseReading.Answer _ -> throw new IllegalStateException("rows are compared");
        };
    return Optional.of(again(observation, reading, report.answeringTheEdit()));
  }

  private Decision.Report hidden(
      Observation observation,
      AttemptStatus attempt,
      Reading reading,
      Reason reason,
      String message) {
    if (reading.misses() < Standing.HIDDEN_AFTER && Standing.isOfThisGeneration(observation)) {
      return Standing.again(observation);
    }
    // Where its Jobs come through and it does not, that is so for ever.
    String remedy =
        reason == Reason.DATABASE_UNREACHABLE
            ? ". Where a NetworkPolicy lets in the Jobs alone, let in the operator, too"
            : "";
    return Standing.hidden(reason, message, held(attempt), remedy);
  }

  private static boolean wasRead(Observation observation) {
    return observation
        .status()
        .condition(Condition.DATABASE_OBSERVED)
        .filter(observed -> observed.status().equals(Condition.TRUE))
        .isPresent();
  }

  private static Decision.Report atTarget(Observation observation, AttemptStatus attempt) {
    Decision.Report report =
        Decision.Report.of(
            Reason.AT_TARGET_REVISION,
            Messages.atTarget(observation.spec().targetRevision(), held(attempt)));
    // It is told at the edit, and not first when something is to be migrated.
    return observation.templateFault() == null
        ? report
        : report.adding(observation.templateFault());
  }

  private static String drift(
      Observation observation, AttemptStatus attempt, DatabaseReading.Answer read) {
    String target = observation.spec().targetRevision();
    if (Readings.isOfAnotherDatabase(observation, read)) {
      return AnotherDatabase.found(Readings.found(read), Readings.known(observation), target);
    }
    SeveralTables several = new SeveralTables(held(attempt), cause(observation), target);
    return switch (read) {
      case DatabaseReading.Differing differing ->
          several.drift(differing, rows -> isHeld(rows, outcome(attempt).held()));
      case DatabaseReading.Rows rows ->
          read.identity().tables().areSeveral()
              ? several.drift(rows)
              : driftOfOne(observation, attempt, rows);
    };
  }

  // One that nobody had seen when it was last looked for; once the Job's intent is written,
  // somebody
  // has.
  private static boolean hasFurtherTable(Observation observation, DatabaseReading.Rows rows) {
    DatabaseStatus known = observation.status().database();
    List<String> before = known == null ? null : known.otherTables();
    List<String> now = rows.identity().others();
    return before != null && now != null && !before.containsAll(now);
  }

  // Without what was confirmed last, which the same words must not depend on.
  private static boolean isHeld(List<String> rows, @Nullable HeldRows held) {
    return held != null && Verdict.of(rows, held, null) == Verdict.HELD;
  }

  private static String driftOfOne(
      Observation observation, AttemptStatus attempt, DatabaseReading.Rows rows) {
    String target = observation.spec().targetRevision();
    return rows.tablePresent()
        ? "The version table has %s; this resource left it at %s. %s. If that is right, let spec.targetRevision say so; to migrate to %s again, and to take back what was applied beyond it with the rows of what that made, set the annotation dbmigrations.io/retry to a new value"
            .formatted(Revisions.join(rows.revisions()), held(attempt), cause(observation), target)
        : MissingTable.drift(rows.identity(), held(attempt), target);
  }

  // Elsewhere the runner has shown that env.py was at the database that is read here.
  private static String cause(Observation observation) {
    return observation.spec().database().unverified() == UnverifiedPolicy.ALLOW
        ? "Either somebody else migrates this database, or env.py migrated another one, which spec.database.unverified lets it do"
        : "Somebody else migrates this database";
  }

  private static String held(AttemptStatus attempt) {
    AttemptOutcome outcome = outcome(attempt);
    return outcome.held() == null ? attempt.target() : Revisions.join(outcome.held().rows());
  }

  private static AttemptOutcome outcome(AttemptStatus attempt) {
    return Objects.requireNonNull(attempt.outcome(), "an attempt under way");
  }

  private static Reading reading(Observation observation, AttemptStatus attempt) {
    return observation.readingOn(Settled.occasion(observation, attempt)).orElseThrow();
  }

  private Decision.Report again(
      Observation observation, Reading reading, Decision.Report report, List<String> rows) {
    return again(observation, reading, report.withRows(rows).answeringTheEdit());
  }

  private Decision.Report again(Observation observation, Reading reading, Decision.Report report) {
    return Readings.again(observation, reading, interval, report);
  }
}
