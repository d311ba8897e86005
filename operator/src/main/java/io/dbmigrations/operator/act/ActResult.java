package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.Outcome;

/** What became of an action, as far as the status has to say something of it. */
public sealed interface ActResult {

  /** Done, and an event will tell when there is more to say. */
  record Done() implements ActResult {}

  /** An attempt was started; its status is written. */
  record Started(DatabaseMigrationStatus status) implements ActResult {}

  /** Nothing was started, because something outside has to come first. */
  record Postponed(Reason reason, String message) implements ActResult {}

  /**
   * The intent is written, and the cluster refused the Job.
   *
   * @param status the status with the intent
   */
  record Refused(DatabaseMigrationStatus status, AttemptStatus attempt, Outcome outcome)
      implements ActResult {}

  /**
   * The plan that an attempt ended with is shown.
   *
   * @param failure that end, with all that is shown of the plan
   */
  record Shown(Decision.ConcludeFailure failure) implements ActResult {}

  /**
   * Of a plan that waits there is something else to be said than was.
   *
   * @param status with that plan
   */
  record PlanChanged(DatabaseMigrationStatus status) implements ActResult {}
}
