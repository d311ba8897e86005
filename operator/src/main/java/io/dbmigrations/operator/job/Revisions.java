package io.dbmigrations.operator.job;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** The rows of a version table as the status shows them. */
public final class Revisions {

  /** What stands for no rows. */
  public static final String BASE = "base";

  private Revisions() {}

  /** Whether these are the same rows, in whatever order. */
  public static boolean areSame(Collection<String> some, Collection<String> others) {
    return Set.copyOf(some).equals(Set.copyOf(others));
  }

  /** Sorted and joined by commas; {@code base} when there are none. */
  public static String join(Collection<String> revisions) {
    return revisions.isEmpty()
        ? BASE
        : revisions.stream().sorted().distinct().collect(Collectors.joining(","));
  }
}
