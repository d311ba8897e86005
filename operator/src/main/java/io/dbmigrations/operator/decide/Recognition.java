package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DeclaredMode;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.Setup;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.job.MigrationRequest;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Reading;
import io.dbmigrations.operator.observe.Urgency;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The first decision on a resource: whether its database is at the target already, as it is where a
 * resource is made again or restored. The specification says which table the version table is, or
 * else the database, where Jobs for the same have noted it. Only the scripts say what a target
 * means, but a row that reads as the target does is that revision.
 */
final class Recognition {

  // No more than a revision's id can be: not head, not a step, a line or an instant.
  private static final Pattern ID = Pattern.compile("(?!(?:head|heads|base)$)[\\w.]+");

  private Recognition() {}

  static Decision decide(Observation observation) {
    // Beside a Job or a Pod that may still migrate, what is read is not what will be; a Job's fence
    // keeps it out.
    if (!observation.isReadByTheOperator()
        || !observation.predecessors().isEmpty()
        || observation.unfinishedJob()
        || tables(observation).equals(VersionTables.NONE)
        || !ID.matcher(observation.spec().targetRevision()).matches()) {
      return Decision.StartAttempt.migrating(0, null);
    }
    String occasion = occasion(observation);
    return observation
        .readingOn(occasion)
        .map(reading -> judge(observation, reading))
        .orElseGet(() -> new Decision.ReadDatabase(occasion, tables(observation), Urgency.AWAITED));
  }

  private static VersionTables tables(Observation observation) {
    if (observation.declaredTable().isPresent()) {
      return observation.declaredTable().get();
    }
    // Who only plans is to show a plan.
    return observation.spec().mode() == DeclaredMode.PLAN
        ? VersionTables.NONE
        : VersionTables.noted(
            new Setup(
                observation.namespace() + "/" + observation.name(),
                MigrationRequest.setup(observation.spec())));
  }

  private static Decision judge(Observation observation, Reading reading) {
    return reading.found() instanceof DatabaseReading.Rows rows
            && rows.revisions().equals(List.of(observation.spec().targetRevision()))
        ? new Decision.Recognize(rows.identity().tables(), rows)
        : Decision.StartAttempt.migrating(0, null);
  }

  // The same as that of the attempt which is written down then, so that nothing is read twice.
  private static String occasion(Observation observation) {
    return Settled.occasion(
        JobName.of(observation.name(), observation.uid(), AttemptStatus.WITHOUT_JOB),
        observation.generation());
  }
}
