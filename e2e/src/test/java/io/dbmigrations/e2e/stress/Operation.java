package io.dbmigrations.e2e.stress;

import java.time.Duration;

/**
 * One thing that somebody does at one moment.
 *
 * @param at since the beginning
 * @param subject the number of the resource, or of the operator for what is done to that
 * @param argument a revision, a policy, a number of milliseconds; empty where none is needed
 */
record Operation(Duration at, int subject, Kind kind, String argument) {

  enum Kind {
    EDIT,
    SUSPEND,
    RESUME,
    RETRY,
    DELETE,
    CREATE,
    DELETE_JOB,
    DELETE_POD,
    TERMINATE_SESSIONS,
    LOCK_ROWS,
    PACE,
    STRANGER,
    KILL_OPERATOR,
    PAUSE_OPERATOR,
    RESTART_POSTGRES;

    /** It is done to all resources at once. */
    boolean isGlobal() {
      return switch (this) {
        case KILL_OPERATOR, PAUSE_OPERATOR, RESTART_POSTGRES -> true;
        default -> false;
      };
    }
  }

  @Override
  public String toString() {
    return "%6.2f s %s %d %s".formatted(at.toMillis() / 1000.0, kind, subject, argument).strip();
  }
}
