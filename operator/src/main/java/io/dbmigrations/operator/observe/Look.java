package io.dbmigrations.operator.observe;

import io.dbmigrations.operator.observe.DatabaseReadings.Request;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A reading that is to be taken.
 *
 * @param slow whether the last one of the resource took long: the next one probably does too
 * @param conditional whether it is for a changed Secret alone
 * @param knownSecret where it is: the version that has been tried
 */
record Look(Request request, boolean slow, boolean conditional, @Nullable String knownSecret) {

  static Look at(Request request, boolean slow) {
    return new Look(request, slow, false, null);
  }

  static Look ifSecretIsNot(@Nullable String known, Request request, boolean slow) {
    return new Look(request, slow, true, known);
  }

  boolean isRoutine() {
    return request.urgency() == Urgency.ROUTINE;
  }

  /** Whether it answers what the other asks, however urgent that is. */
  boolean answers(Look other) {
    boolean sameCondition =
        conditional == other.conditional && Objects.equals(knownSecret, other.knownSecret);
    return request.with(other.request.urgency()).equals(other.request)
        && (!conditional || sameCondition);
  }

  /** What replaces an older one that waits: what is asked for last, as soon as either is wanted. */
  Look insteadOf(Look older) {
    boolean routine = isRoutine() && older.isRoutine();
    boolean both = conditional && older.conditional;
    return new Look(
        request.with(routine ? Urgency.ROUTINE : Urgency.AWAITED),
        slow,
        both,
        both ? knownSecret : null);
  }
}
