package io.dbmigrations.operator.report;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.observe.Observation;

/** What stands in the status after a decision, as the reconciler writes it. */
public final class Reporting {

  private Reporting() {}

  /** The status; as it was where the decision says nothing. */
  public static DatabaseMigrationStatus status(Observation observation, Decision decision) {
    return switch (decision) {
      case Decision.Report report -> StatusReport.report(observation, report);
      case Decision.ConcludeFailure failure -> StatusReport.failure(observation, failure);
      case Decision.Recognize recognition -> StatusReport.recognition(observation, recognition);
      case Decision.ConcludeSuccess success -> StatusReport.success(observation, success);
      case Decision.StartAttempt _,
          Decision.EnsureJob _,
          Decision.StopJob _,
          Decision.DeleteJob _,
          Decision.ReadDatabase _ ->
          observation.status();
    };
  }

  /** Whether it says of that generation that it is ready. */
  static boolean isReady(DatabaseMigrationStatus status, long generation) {
    return status
        .condition(Condition.READY)
        .filter(ready -> ready.status().equals(Condition.TRUE))
        .filter(ready -> ready.observedGeneration() == generation)
        .isPresent();
  }
}
