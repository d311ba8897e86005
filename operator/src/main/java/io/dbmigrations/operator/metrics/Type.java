package io.dbmigrations.operator.metrics;

import io.dbmigrations.api.v1alpha1.Durations;
import java.time.Duration;
import java.util.stream.Stream;

/** What kind of metric it is, to Prometheus. */
enum Type {
  COUNTER("counter", ""),
  GAUGE("gauge", ""),
  /** Durations of what takes milliseconds. */
  SHORT("histogram", "5ms 10ms 25ms 50ms 100ms 250ms 500ms 1s 2500ms 5s 10s 15s"),
  /** Durations of what may take hours. */
  LONG("histogram", "1s 5s 15s 30s 1m 5m 15m 1h 6h");

  private final String word;
  private final String buckets;

  Type(String word, String buckets) {
    this.word = word;
    this.buckets = buckets;
  }

  /** As Prometheus calls it. */
  String word() {
    return word;
  }

  /** The upper bounds of a histogram's buckets, smallest first. */
  Duration[] buckets() {
    return Stream.of(buckets.split(" ", -1)).map(Durations::parse).toArray(Duration[]::new);
  }
}
