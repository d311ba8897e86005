package io.dbmigrations.e2e.trial;

import java.util.List;

/** What targets of the project {@code ledger} mean. */
public final class Target {
  public static final List<String> REVISIONS = List.of("r1", "r2", "r3", "r4");

  private Target() {}

  /** The version table's rows. */
  public static List<String> rows(String target) {
    return switch (target) {
      case "base" -> List.of();
      case "head" -> List.of(REVISIONS.getLast());
      default -> List.of(target);
    };
  }
}
