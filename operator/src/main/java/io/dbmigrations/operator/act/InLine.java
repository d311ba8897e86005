package io.dbmigrations.operator.act;

/** What is said of a migration that waits for its turn. */
final class InLine {

  // Not the number itself: it changes with each that starts, and each word is a write.
  private static final int[] STEPS = {1, 2, 5};

  private static final int TEN = 10;

  private InLine() {}

  /** Why it waits, and for how many. */
  static String words(JobSlots.Limits limits, JobSlots.Place place) {
    String why =
        place.byNamespace()
            ? "As many migrations of this namespace run as may at a time (%d, maxJobsPerNamespace of the chart)"
                .formatted(limits.namespace())
            : "As many migrations run as may at a time (%d, maxJobs of the chart)"
                .formatted(limits.all());
    return place.ahead() == 0
        ? why + "; this one is the next"
        : "%s; this one starts when its turn comes, behind at most %d others"
            .formatted(why, bound(place.ahead()));
  }

  private static int bound(int number) {
    for (int power = 1; ; power *= TEN) {
      for (int step : STEPS) {
        if (step * power >= number) {
          return step * power;
        }
      }
    }
  }
}
