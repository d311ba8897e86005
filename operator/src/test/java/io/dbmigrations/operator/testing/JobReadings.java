package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DriftReader;
import io.dbmigrations.api.v1alpha1.DriftSpec;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Databases that Jobs read in the operator's place. */
public final class JobReadings {

  public static final String INTERVAL = "2m";

  private JobReadings() {}

  /** The same, where that is asked for. */
  public static DatabaseMigrationSpec byJob(DatabaseMigrationSpec spec) {
    return DatabaseMigrationSpecBuilder.builder(spec)
        .drift(new DriftSpec(INTERVAL, DriftReader.JOB))
        .build();
  }

  /** The same, where that is asked for. */
  public static Observation byJob(Observation observation) {
    return ObservationBuilder.builder(observation)
        .spec(byJob(observation.spec()))
        .reading(null)
        .build();
  }

  /** The rows that a Job has just seen; null where none has. */
  public static @Nullable List<String> seen(
      DatabaseMigrationSpec spec, @Nullable AttemptStatus last, @Nullable List<String> current) {
    boolean isSeen =
        hasEnded(spec, last, Reason.AT_TARGET_REVISION)
            || hasEnded(spec, last, Reason.REVISION_DRIFTED);
    return isSeen ? current : null;
  }

  /** Whether a Job has just seen that there is no such database. */
  public static boolean isSeenMissing(DatabaseMigrationSpec spec, @Nullable AttemptStatus last) {
    return hasEnded(spec, last, Reason.DATABASE_MISSING);
  }

  private static boolean hasEnded(
      DatabaseMigrationSpec spec, @Nullable AttemptStatus last, Reason reason) {
    return spec.drift().reader() == DriftReader.JOB
        && last != null
        && last.mode() == MigrationMode.CHECK
        && last.endedWith(reason);
  }
}
