package io.dbmigrations.operator.metrics;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import org.jspecify.annotations.Nullable;

/** How a resource stands, as its conditions say it, whatever words they have; pure. */
final class ConditionClass {

  private ConditionClass() {}

  /** Whether it is Ready. */
  static boolean isReady(@Nullable DatabaseMigrationStatus status) {
    return is(status, Condition.READY, Condition.TRUE);
  }

  /** The class of what is said of it; that of what is under way where nothing is said yet. */
  static ReasonClass of(@Nullable DatabaseMigrationStatus status) {
    if (isReady(status)) {
      return ReasonClass.DONE;
    }
    boolean isTriedAgain = is(status, Condition.RECONCILING, Condition.TRUE);
    if (is(status, Condition.READY, Condition.FALSE)) {
      return is(status, Condition.STALLED, Condition.TRUE)
          ? ReasonClass.STALLED
          : isTriedAgain ? ReasonClass.TRANSIENT : ReasonClass.WAITING;
    }
    boolean isUnknown = is(status, Condition.READY, Condition.UNKNOWN);
    return isUnknown && !isTriedAgain ? ReasonClass.UNSEEN : ReasonClass.PROGRESSING;
  }

  /** The value of the label. */
  static String word(ReasonClass standing) {
    return switch (standing) {
      case DONE -> "Done";
      case PROGRESSING -> "Progressing";
      case TRANSIENT -> "Transient";
      case WAITING -> "Waiting";
      case UNSEEN -> "Unseen";
      case STALLED -> "Stalled";
    };
  }

  /** The condition of that type, null where there is none. */
  static @Nullable Condition find(@Nullable DatabaseMigrationStatus status, String type) {
    if (status != null) {
      for (Condition condition : status.conditions()) {
        if (condition.type().equals(type)) {
          return condition;
        }
      }
    }
    return null;
  }

  private static boolean is(@Nullable DatabaseMigrationStatus status, String type, String wanted) {
    Condition condition = find(status, type);
    return condition != null && condition.status().equals(wanted);
  }
}
