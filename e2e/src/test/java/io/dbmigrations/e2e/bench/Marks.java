package io.dbmigrations.e2e.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was measured beside what this project wants of itself. It is told, and nothing fails. */
final class Marks {

  /**
   * One figure.
   *
   * @param most that it should be
   */
  private record Mark(String figure, double measured, double most) {
    boolean holds() {
      return measured <= most;
    }
  }

  private final List<Mark> marks = new ArrayList<>();

  /** A figure that should be no more than that. */
  void atMost(double most, String figure, double measured) {
    marks.add(new Mark(figure, measured, most));
  }

  /** A table for people. */
  String table() {
    var text = new StringBuilder("%-76s %10s %8s%n".formatted("figure", "measured", "mark"));
    for (var mark : marks) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-76s %10.3f %8.3f %s%n",
              mark.figure(),
              mark.measured(),
              mark.most(),
              mark.holds() ? "" : "over it"));
    }
    return text.toString();
  }
}
