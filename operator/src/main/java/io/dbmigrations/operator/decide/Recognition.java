package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Reading;
import io.dbmigrations.operator.observe.Urgency;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The first decision on a resource: whether its database, whose version table is declared, is at
 * the target already, as it is where a resource is made again or restored. Only the scripts say
 * what a target means, but a row that reads as the target does is that revision.
 */
final class Recognition {

  // No more than a revision's id can be: not head, not a step, a line or an instant.
  private static final Pattern ID = Pattern.compile("(?!(?:head|heads|base)$)[\\w.]+");

  private Recognition() {}

  static Decision decide(Observation observation) {
    VersionTables tables = observation.declaredTable().orElse(VersionTables.NONE);
    // Beside a Pod that may still migrate, what is read is not what will be.
    if (tables.count() == 0
        || !observation.predecessors().isEmpty()
        || !ID.matcher(observation.spec().targetRevision()).matches()) {
      return Decision.StartAttempt.migrating(0, null);
    }
    String occasion = occasion(observation);
    return observation
        .readingOn(occasion)
        .map(reading -> judge(observation, tables, reading))
        .orElseGet(() -> new Decision.ReadDatabase(occasion, tables, Urgency.AWAITED));
  }

  private static Decision judge(Observation observation, VersionTables tables, Reading reading) {
    return reading.found() instanceof DatabaseReading.Rows rows
            && rows.revisions().equals(List.of(observation.spec().targetRevision()))
        ? new Decision.Recognize(tables, rows)
        : Decision.StartAttempt.migrating(0, null);
  }

  // The same as that of the attempt which is written down then, so that nothing is read twice.
  private static String occasion(Observation observation) {
    return Settled.occasion(
        JobName.of(observation.name(), observation.uid(), AttemptStatus.WITHOUT_JOB),
        observation.generation());
  }
}
