package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.HeldRows;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a version table say about a target that was reached. A target speaks of the
 * lines that it names; the rows alone do not tell which line a row belongs to, only the scripts do.
 */
public enum Verdict {
  /** The database is at the target. */
  HELD,
  /** It is not. */
  CONTRADICTED,
  /** Only the scripts can tell: a row that is not known belongs to some line. */
  UNCERTAIN;

  /**
   * Judges rows.
   *
   * @param outcome that of the attempt that reached the target
   * @param status in which the rows stand that were found right last
   */
  static Verdict of(List<String> rows, AttemptOutcome outcome, DatabaseMigrationStatus status) {
    HeldRows held = outcome.held();
    List<String> target = status.targetRevisions();
    return of(
        rows,
        held == null && target != null ? new HeldRows(target, true) : held,
        status.currentRevisions());
  }

  /**
   * Judges rows.
   *
   * @param held the rows by which the target was held when it was reached; null where these were
   *     too many to be told
   * @param confirmed the rows that were found right last; null where none were
   */
  public static Verdict of(
      List<String> rows, @Nullable HeldRows held, @Nullable List<String> confirmed) {
    Set<String> found = new TreeSet<>(rows);
    boolean unchanged = confirmed != null && found.equals(new TreeSet<>(confirmed));
    if (held == null) {
      return unchanged ? HELD : UNCERTAIN;
    }
    if (held.exclusive()) {
      return found.equals(new TreeSet<>(held.rows())) ? HELD : CONTRADICTED;
    }
    // A revision that has a row is applied, and nothing that builds on it is.
    boolean stands = !held.rows().isEmpty() && found.containsAll(held.rows());
    return stands || unchanged ? HELD : UNCERTAIN;
  }
}
