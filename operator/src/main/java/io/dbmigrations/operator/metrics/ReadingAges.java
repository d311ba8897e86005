package io.dbmigrations.operator.metrics;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.DriftReader;
import io.dbmigrations.api.v1alpha1.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How old the last readings are of the databases that are read again and again; pure.
 *
 * @param oldest the age of the oldest one, in seconds
 * @param overdue by how much one exceeds its interval at most, in seconds
 */
record ReadingAges(double oldest, double overdue) {

  private static final double MILLIS = 1_000;

  /**
   * Of these resources.
   *
   * @param lastReading when the resource of that UID was read last; null where it was not
   * @param since what counts where it was not: the operator keeps no readings of others
   * @param interval how often it is read where the resource does not say so
   */
  static ReadingAges of(
      List<DatabaseMigration> resources,
      Function<String, @Nullable Instant> lastReading,
      Instant since,
      Duration interval,
      Instant now) {
    double oldest = 0;
    double overdue = 0;
    for (DatabaseMigration resource : resources) {
      if (isReadAgain(resource)) {
        Instant at = lastReading.apply(resource.getMetadata().getUid());
        double age = Math.max(0, seconds(Duration.between(at == null ? since : at, now)));
        oldest = Math.max(oldest, age);
        String own = resource.getSpec().drift().interval();
        Duration due = own == null ? interval : Durations.parse(own);
        overdue = Math.max(overdue, age - seconds(due));
      }
    }
    return new ReadingAges(oldest, overdue);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / MILLIS;
  }

  private static boolean isReadAgain(DatabaseMigration resource) {
    return resource.getMetadata().getDeletionTimestamp() == null
        && ConditionClass.isReady(resource.getStatus())
        && resource.getSpec().drift().reader() == DriftReader.OPERATOR
        && isKnown(resource.getStatus().database());
  }

  private static boolean isKnown(@Nullable DatabaseStatus database) {
    return database != null
        && (database.versionTable() != null
            || database.versionTables() != null
            || database.versionTableCount() != null);
  }
}
