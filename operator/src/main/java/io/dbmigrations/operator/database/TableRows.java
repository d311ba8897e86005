package io.dbmigrations.operator.database;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * What one of several version tables holds.
 *
 * @param table {@code schema.table} as it was asked for
 * @param isPresent whether the table exists
 * @param revisions its rows, sorted
 */
public record TableRows(String table, boolean isPresent, List<String> revisions) {
  public TableRows {
    revisions = revisions.stream().sorted().toList();
  }

  static TableRows of(String table, Collection<String> revisions) {
    return new TableRows(table, true, List.copyOf(revisions));
  }

  static TableRows missing(String table) {
    return new TableRows(table, false, List.of());
  }

  /** Whether the same is to be said of both. */
  boolean isLike(TableRows other) {
    return isPresent == other.isPresent
        && new TreeSet<>(revisions).equals(new TreeSet<>(other.revisions));
  }
}
