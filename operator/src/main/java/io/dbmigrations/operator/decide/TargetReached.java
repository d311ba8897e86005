package io.dbmigrations.operator.decide;

/** What is said of a database that is where it should be, by whomsoever it is found. */
public final class TargetReached {

  private TargetReached() {}

  /**
   * The message.
   *
   * @param target the target as the resource names it
   * @param rows the revisions that it was resolved to
   */
  public static String message(String target, String rows) {
    return target.equals(rows)
        ? "The database is at %s".formatted(rows)
        : "The database is at %s, which is what %s means".formatted(rows, target);
  }
}
