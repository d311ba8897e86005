package io.dbmigrations.operator.event;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
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
    return ended(old.attempt(), now.attempt())
        .or(() -> begun(old.attempt(), now))
        .or(() -> otherwiseReady(old, now));
  }

  /** Whether somebody should look. */
  boolean isWarning() {
    return reasonClass() == ReasonClass.TRANSIENT || reasonClass() == ReasonClass.STALLED;
  }

  /** Said even if an edit made meanwhile is what the condition speaks of by now. */
  private static Optional<Transition> ended(
      @Nullable AttemptStatus old, @Nullable AttemptStatus now) {
    boolean wasKnown = old != null && isSame(old, now) && old.outcome() != null;
    return Optional.ofNullable(wasKnown || now == null ? null : now.outcome())
        .map(end -> new Transition(end.reason(), Messages.ended(end)));
  }

  private static Optional<Transition> begun(
      @Nullable AttemptStatus old, DatabaseMigrationStatus now) {
    return now.attempt() == null || isSame(old, now.attempt())
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

  private static boolean isSame(@Nullable AttemptStatus old, @Nullable AttemptStatus now) {
    return old != null && now != null && old.job().equals(now.job());
  }

  private @Nullable ReasonClass reasonClass() {
    return Reason.of(reason).map(Reason::reasonClass).orElse(null);
  }
}
