package io.dbmigrations.operator.observe;

import io.dbmigrations.operator.database.DatabaseReading;
import java.time.Instant;

/**
 * A look at the database, and what it was taken for.
 *
 * @param occasion the end of an attempt that it came after: a reading that is older than that end
 *     says nothing about it
 */
public record Reading(DatabaseReading found, String occasion, Instant at) {}
