package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.Durations;
import io.dbmigrations.api.v1alpha1.RetrySpec;
import java.time.Duration;

/** The pause after a transient failure: doubled each time, bounded, and spread. */
final class Backoff {

  // Ten doublings are a factor of 1,024: any pause is at its bound by then.
  private static final int MAX_DOUBLINGS = 10;

  // Up to a tenth more, so that resources which failed together do not come back together.
  private static final int SPREAD_PERCENT = 10;

  private Backoff() {}

  /** No pause is longer, also when it is told in whole seconds. */
  static Duration longest(RetrySpec retry) {
    Duration longest = Durations.parse(retry.maxBackoff());
    return longest.plus(longest.multipliedBy(SPREAD_PERCENT).dividedBy(100)).plusSeconds(1);
  }

  /**
   * The pause before the next attempt.
   *
   * @param failures how many transient failures in a row there were before the last one
   * @param seed spreads the pauses of several resources; the same seed gives the same pause
   */
  static Duration pause(RetrySpec retry, int failures, String seed) {
    Duration first = Durations.parse(retry.backoff());
    Duration longest = Durations.parse(retry.maxBackoff());
    Duration doubled = first.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
    Duration pause = doubled.compareTo(longest) > 0 ? longest : doubled;
    long percent = Math.floorMod((seed + failures).hashCode(), SPREAD_PERCENT + 1);
    return pause.plus(pause.multipliedBy(percent).dividedBy(100));
  }
}
