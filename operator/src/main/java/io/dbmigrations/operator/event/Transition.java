package io.dbmigrations.operator.event;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.operator.decide.Messages;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a person would call news between two statuses: that a migration begins, how it ended, or
 * that the resource is ready or not for another reason.
 *
 * @param reason one word for programs
 * @param message what happened, to what, and what to do next
 */
record Transition(String reason, String message) {

  static Optional<Transition> between(DatabaseMigrationStatus old, DatabaseMigrationStatus now) {
    return ended(old, now).or(() -> begun(old, now)).or(() -> otherwiseReady(old, now));
  }

  /** Whether somebody should look. */
  boolean isWarning() {
    return reasonClass() == ReasonClass.TRANSIENT || reasonClass() == ReasonClass.STALLED;
  }

  private static Optional<Transition> ended(
      DatabaseMigrationStatus before, DatabaseMigrationStatus now) {
    AttemptStatus old = before.attempt();
    AttemptStatus attempt = now.attempt();
    boolean wasKnown = old != null && isSame(old, attempt) && old.outcome() != null;
    if (attempt == null || attempt.outcome() == null || wasKnown || isSilent(before, now)) {
      return Optional.empty();
    }
    AttemptOutcome end = attempt.outcome();
    boolean goesOn = ready(now).filter(reason -> reason == Reason.PENDING).isPresent();
    boolean isEdited =
        now.observedGeneration() == null || attempt.generation() != now.observedGeneration();
    if (goesOn && !isEdited && attempt.endedWith(Reason.DATABASE_AHEAD)) {
      // The next attempt says which image takes it back.
      return Optional.empty();
    }
    return Optional.of(
        new Transition(end.reason(), goesOn ? inPassing(attempt, end) : Messages.ended(end)));
  }

  // Who has edited the resource meanwhile must not take this for the edit's end, and nobody for the
  // end of a rollback that has to be confirmed.
  private static String inPassing(AttemptStatus attempt, AttemptOutcome end) {
    return "Job %s, %s, has ended: %s"
        .formatted(
            attempt.job(),
            attempt.hasRecordedImage()
                ? "which ran the recorded image"
                : "begun before the last edit",
            end.message());
  }

  private static Optional<Transition> begun(
      DatabaseMigrationStatus old, DatabaseMigrationStatus now) {
    return now.attempt() == null || isSame(old.attempt(), now.attempt()) || isSilent(old, now)
        ? Optional.empty()
        : now.condition(Condition.READY)
            .map(ready -> new Transition(Reason.MIGRATING.wireName(), ready.message()));
  }

  private static Optional<Transition> otherwiseReady(
      DatabaseMigrationStatus old, DatabaseMigrationStatus now) {
    Optional<String> before = old.condition(Condition.READY).map(Condition::reason);
    return now.condition(Condition.READY)
        .filter(ready -> !before.equals(Optional.of(ready.reason())))
        .map(ready -> new Transition(ready.reason(), ready.message()))
        .filter(transition -> transition.reasonClass() != ReasonClass.PROGRESSING);
  }

  // A Job that reads once more, and has found nothing new.
  private static boolean isSilent(DatabaseMigrationStatus old, DatabaseMigrationStatus now) {
    Optional<Reason> ready = ready(now);
    return now.attempt() != null
        && now.attempt().mode() == MigrationMode.CHECK
        && ready.equals(ready(old))
        && ready.filter(reason -> reason.reasonClass() != ReasonClass.PROGRESSING).isPresent();
  }

  private static Optional<Reason> ready(DatabaseMigrationStatus status) {
    return status.condition(Condition.READY).flatMap(ready -> Reason.of(ready.reason()));
  }

  private static boolean isSame(@Nullable AttemptStatus old, @Nullable AttemptStatus now) {
    return old != null && now != null && old.job().equals(now.job());
  }

  private @Nullable ReasonClass reasonClass() {
    return Reason.of(reason).map(Reason::reasonClass).orElse(null);
  }
}
