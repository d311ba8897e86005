package io.dbmigrations.operator.decide;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;

/**
 * When a settled database is read: once in each interval, at a moment that follows from the UID of
 * its resource alone. So those of ten thousand are spread evenly over the interval, and no restart
 * of the operator brings them together.
 */
final class Turn {

  private Turn() {}

  /** The first turn after that instant, which comes no later than an interval after it. */
  static Instant after(Instant instant, String uid, Duration interval) {
    long length = Math.max(1, interval.toMillis());
    long phase = new SplittableRandom(uid.hashCode()).nextLong(length);
    long sinceTheLast = Math.floorMod(instant.toEpochMilli() - phase, length);
    return instant.truncatedTo(ChronoUnit.MILLIS).plusMillis(length - sinceTheLast);
  }
}
