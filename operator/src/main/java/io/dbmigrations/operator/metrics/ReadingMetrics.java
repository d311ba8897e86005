package io.dbmigrations.operator.metrics;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseAccess;
import io.dbmigrations.operator.database.DatabaseReader;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.VersionTables;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Measures each reading of a database by another reader. */
final class ReadingMetrics implements DatabaseReader {

  private final DatabaseReader reader;
  private final Instruments instruments;
  private final Map<Reason, Timer> timers = new ConcurrentHashMap<>();

  ReadingMetrics(DatabaseReader reader, Instruments instruments) {
    this.reader = reader;
    this.instruments = instruments;
    timer(Reason.DATABASE_READ);
  }

  @Override
  public DatabaseReading read(DatabaseAccess access, VersionTables tables, String namespace) {
    long start = System.nanoTime();
    Reason found = Reason.INTERNAL_ERROR;
    try {
      DatabaseReading reading = reader.read(access, tables, namespace);
      found = found(reading);
      return reading;
    } finally {
      timer(found).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }
  }

  private Timer timer(Reason found) {
    return timers.computeIfAbsent(
        found, reason -> instruments.timer(Metric.READING_DURATION, reason.wireName()));
  }

  private static Reason found(DatabaseReading reading) {
    return switch (reading) {
      case DatabaseReading.Answer _ -> Reason.DATABASE_READ;
      case DatabaseReading.Refused refused -> refused.reason();
      case DatabaseReading.Locked _ -> Reason.DATABASE_BUSY;
      case DatabaseReading.NotObservable _ -> Reason.NOT_OBSERVABLE;
    };
  }
}
