package io.dbmigrations.operator.metrics;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.Times;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts attempts when it is written down how they ended, and so each of them once, whoever leads.
 * One whose end was written though the answer to that was lost is not counted.
 */
public final class AttemptMetrics {

  private static final String MIGRATORS = "migrators";
  private static final String STATEMENT = "statement";

  private final Instruments instruments;

  AttemptMetrics(Instruments instruments) {
    this.instruments = instruments;
    // What is not there from the start has its first one unnoticed: to Prometheus it did not grow.
    for (MigrationMode mode : MigrationMode.values()) {
      for (Result result : Result.values()) {
        instruments.counter(Metric.ATTEMPTS, word(mode), word(result));
      }
    }
    for (String direction : List.of("Upgrade", "Downgrade", "Mixed")) {
      instruments.counter(Metric.MIGRATION_STEPS, direction);
    }
    instruments.counter(Metric.LOCK_TIMEOUTS, MIGRATORS);
    instruments.counter(Metric.LOCK_TIMEOUTS, STATEMENT);
  }

  private enum Result {
    SUCCEEDED,
    HELD,
    FAILED
  }

  /**
   * It is in the status how an attempt ended.
   *
   * @param goesOn whether another attempt carries on at once what this one was for
   */
  public void concluded(AttemptStatus attempt, AttemptState.Ended ended, boolean goesOn) {
    Outcome outcome = ended.outcome();
    String result = word(result(outcome));
    instruments.counter(Metric.ATTEMPTS, word(attempt.mode()), result).increment();
    lock(outcome.reason())
        .ifPresent(lock -> instruments.counter(Metric.LOCK_TIMEOUTS, lock).increment());
    if (attempt.mode() != MigrationMode.MIGRATE) {
      return;
    }
    if (outcome.applied() > 0) {
      instruments.counter(Metric.MIGRATION_STEPS, outcome.direction()).increment(outcome.applied());
    }
    if (!goesOn) {
      instruments
          .counter(Metric.MIGRATIONS, result, outcome.reason().wireName(), outcome.direction())
          .increment();
      duration(ended)
          .ifPresent(duration ->
              instruments
                  .timer(Metric.MIGRATION_DURATION, result, outcome.direction())
                  .record(duration));
    }
  }

  private static Result result(Outcome outcome) {
    if (outcome.reason() == Reason.AT_TARGET_REVISION) {
      return Result.SUCCEEDED;
    }
    return outcome.reason().hasPlan() ? Result.HELD : Result.FAILED;
  }

  private static Optional<String> lock(Reason reason) {
    return Optional.ofNullable(
        switch (reason) {
          case DATABASE_BUSY -> MIGRATORS;
          case LOCK_TIMEOUT -> STATEMENT;
          default -> null;
        });
  }

  // The kubelet's times are in whole seconds, and there for an end of any kind.
  private static Optional<Duration> duration(AttemptState.Ended ended) {
    long own = ended.outcome().durationMs();
    return own > 0
        ? Optional.of(Duration.ofMillis(own))
        : between(ended.startedAt(), ended.finishedAt());
  }

  private static Optional<Duration> between(@Nullable String start, @Nullable String end) {
    Optional<Instant> from = Times.read(start);
    return Times.read(end)
        .flatMap(to -> from.map(begin -> Duration.between(begin, to)))
        .filter(duration -> !duration.isNegative());
  }

  private static String word(Enum<?> value) {
    return value.name().charAt(0) + value.name().substring(1).toLowerCase(Locale.ROOT);
  }
}
