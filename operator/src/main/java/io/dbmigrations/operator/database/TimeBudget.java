package io.dbmigrations.operator.database;

import java.time.Duration;

/** How long a reading may still take in all, whatever the number of servers it asks. */
final class TimeBudget {
  private static final Duration LEAST = Duration.ofSeconds(1);

  private final long end;

  TimeBudget(Duration total) {
    end = System.nanoTime() + total.toNanos();
  }

  /** An equal share for each server that is left, and so all of it for the last. */
  Duration share(int servers) {
    Duration share = left().dividedBy(servers);
    return share.compareTo(LEAST) < 0 ? LEAST : share;
  }

  /** Whether nobody can be asked any more: the driver counts in whole seconds. */
  boolean isSpent() {
    return left().compareTo(LEAST) < 0;
  }

  private Duration left() {
    return Duration.ofNanos(end - System.nanoTime());
  }
}
