package io.dbmigrations.operator.job;

import java.util.Collection;
import java.util.stream.Collectors;

/** The rows of a version table as the status shows them. */
public final class Revisions {

  /** What stands for no rows. */
  public static final String BASE = "base";

  private Revisions() {}

  /** Sorted and joined by commas; {@code base} when there are none. */
  public static String join(Collection<String> revisions) {
    return revisions.isEmpty()
        ? BASE
        : revisions.stream().sorted().distinct().collect(Collectors.joining(","));
  }
}
