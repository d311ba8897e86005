package io.dbmigrations.e2e.trial;

/**
 * Something that must not be.
 *
 * @param oracle who says so
 * @param text what it saw, on which object
 */
public record Violation(String oracle, String text) {
  @Override
  public String toString() {
    return oracle + ": " + text;
  }
}
