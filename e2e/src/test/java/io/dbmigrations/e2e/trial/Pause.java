package io.dbmigrations.e2e.trial;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/** Waiting, for a time or for something to be so. */
public final class Pause {
  private static final long INTERVAL_MILLIS = 100;

  private Pause() {}

  /** What can be asked about a database and a cluster. */
  @FunctionalInterface
  public interface Question {
    boolean isSo() throws SQLException;
  }

  public static void millis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Whether it is so within that time. */
  public static boolean until(Duration time, Question question) throws SQLException {
    var deadline = Instant.now().plus(time);
    while (!question.isSo()) {
      if (Instant.now().isAfter(deadline)) {
        return false;
      }
      millis(INTERVAL_MILLIS);
    }
    return true;
  }
}
