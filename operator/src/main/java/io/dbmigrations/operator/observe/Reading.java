package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A look at the database, and what it was taken for.
 *
 * @param occasion the end of an attempt that it came after: a reading that is older than that end
 *     says nothing about it
 * @param misses how many readings of the resource in a row, this one included, found no rows; 0 for
 *     rows
 * @param secretVersion the version of the Secret that it was taken with; null where there was none
 */
public record Reading(
    DatabaseReading found,
    String occasion,
    Instant at,
    int misses,
    @Nullable String secretVersion) {

  /** Whether several version tables do not hold the same, so that none of them stands for all. */
  public boolean hasDifferingTables() {
    return found instanceof DatabaseReading.Differing;
  }

  /** Whether the server has no such database, which contradicts whatever was said of it. */
  public boolean isWithoutDatabase() {
    return found instanceof DatabaseReading.Refused refused
        && refused.reason() == Reason.DATABASE_MISSING;
  }
}
