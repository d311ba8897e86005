package io.dbmigrations.e2e.proxy;

import java.time.Duration;

/** What becomes of a request, instead of being answered by the API server. */
public sealed interface Action {

  /** How long it takes until all is as without it, as far as that is the proxy's doing. */
  default Duration time() {
    return Duration.ZERO;
  }

  /** The proxy answers itself; the request is not forwarded. */
  record Answer(int status, Duration retryAfter) implements Action {
    public Answer(int status) {
      this(status, Duration.ZERO);
    }
  }

  /** The connection breaks before the API server hears of it. */
  record DropRequest() implements Action {}

  /** The API server does it, and nobody hears that it did. */
  record DropAnswer() implements Action {}

  /** The connection breaks in the middle of the answer. */
  record CutAnswer() implements Action {}

  /** The request waits. */
  record Delay(Duration time) implements Action {}

  /** The operator is killed by kill -9, before the write reaches the API server or after it. */
  record Kill(boolean after) implements Action {}

  /**
   * The operator is stopped by SIGSTOP and goes on later. Before: the write takes effect only at
   * the end of that time, as that of a leader who does not know that it is one no more.
   */
  record Stop(boolean after, Duration time) implements Action {}

  /** The request is answered, and from then on that befalls the watches. */
  record Watches(WatchFault fault) implements Action {
    // The operator's watches end after half a minute, and only the next ones bring what was lost.
    private static final Duration LIFE_OF_A_WATCH = Duration.ofSeconds(32);

    @Override
    public Duration time() {
      return switch (fault) {
        case FREEZE, MUTE -> LIFE_OF_A_WATCH;
        case WITHHOLD, DUPLICATE, REORDER, CUT, EXPIRE, STALE_LIST -> EventFilter.TIME;
      };
    }
  }
}
