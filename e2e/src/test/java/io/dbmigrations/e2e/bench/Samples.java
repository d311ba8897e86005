package io.dbmigrations.e2e.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What was measured, by what it was measured of, in the order in which that began. */
final class Samples {
  private static final double MILLIS = 1000.0;

  private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

  void add(String of, Duration time) {
    seconds.computeIfAbsent(of, _ -> new ArrayList<>()).add(time.toMillis() / MILLIS);
  }

  /** Forgets all: what has been was for warming up. */
  void clear() {
    seconds.clear();
  }

  /** Of all runs, in seconds. */
  double median(String of) {
    return quantile(of, 0.5);
  }

  /** How many times as long the one takes as the other: by their medians, and round by round. */
  String ratio(String one, String other) {
    var mine = seconds.get(one);
    var theirs = seconds.get(other);
    var rounds =
        IntStream.range(0, mine.size())
            .mapToDouble(i -> mine.get(i) / theirs.get(i))
            .summaryStatistics();
    return "%.2f (%.2f to %.2f)"
        .formatted(median(one) / median(other), rounds.getMin(), rounds.getMax());
  }

  /** A table for people. */
  String table() {
    var text =
        new StringBuilder("%-64s %7s %7s %7s%n".formatted("seconds", "median", "p90", "runs"));
    for (var of : seconds.keySet()) {
      text.append(
          "%-64s %7.2f %7.2f %7d%n"
              .formatted(of, median(of), quantile(of, 0.9), seconds.get(of).size()));
    }
    return text.toString();
  }

  Map<String, List<Double>> all() {
    return seconds;
  }

  private double quantile(String of, double part) {
    var sorted = seconds.get(of).stream().sorted().toList();
    return sorted.get((int) Math.ceil(part * sorted.size()) - 1);
  }
}
