package io.dbmigrations.operator.runtime;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The threads that reconcile, and whether each of them gets on. */
public final class ReconcileThreads extends ThreadPoolExecutor {

  // A reconcile sends a few requests of at most 10 s each.
  private static final Duration STUCK = Duration.ofMinutes(5);

  private static final Duration IDLE = Duration.ofSeconds(30);

  private static final int SHOWN_FRAMES = 12;

  private final Map<Thread, Long> startedAt = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  public ReconcileThreads(int threads) {
    this(threads, System::nanoTime);
  }

  ReconcileThreads(int threads, LongSupplier nanoTime) {
    super(
        threads,
        threads,
        IDLE.toSeconds(),
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        Thread.ofPlatform().name("reconcile-", 0).factory());
    this.nanoTime = nanoTime;
    // Most of the time there is nothing to do, for which no thread is needed.
    allowCoreThreadTimeOut(true);
  }

  @Override
  protected void beforeExecute(Thread thread, Runnable task) {
    startedAt.put(thread, nanoTime.getAsLong());
  }

  @Override
  protected void afterExecute(Runnable task, Throwable thrown) {
    startedAt.remove(Thread.currentThread());
  }

  /** Why a restart is due: a reconcile that does not end, and where it hangs. */
  public Optional<String> dead() {
    if (isShutdown()) {
      return Optional.of("the threads that reconcile have ended");
    }
    long now = nanoTime.getAsLong();
    return startedAt.entrySet().stream()
        .filter(entry -> now - entry.getValue() > STUCK.toNanos())
        .map(entry ->
            "a reconcile has not ended for %d s; it is at %s"
                .formatted(
                    Duration.ofNanos(now - entry.getValue()).toSeconds(), where(entry.getKey())))
        .findFirst();
  }

  private static String where(Thread thread) {
    return String.join(
        " < ",
        Arrays.stream(thread.getStackTrace())
            .limit(SHOWN_FRAMES)
            .map(frame -> frame.getClassName() + "." + frame.getMethodName())
            .toList());
  }
}
