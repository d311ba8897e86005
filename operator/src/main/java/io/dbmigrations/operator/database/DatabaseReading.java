package io.dbmigrations.operator.database;

import io.dbmigrations.api.v1alpha1.Reason;
import java.util.List;

/** What one short look at a database found. */
public sealed interface DatabaseReading {
  /** The server let the user in, and what was asked for was read or is not there. */
  sealed interface Answer extends DatabaseReading {
    DatabaseIdentity identity();
  }

  /**
   * The rows of the version table, or of several that all hold the same.
   *
   * @param revisions the table's rows, sorted
   * @param tablePresent whether the table exists; false also where no table was asked for
   */
  record Rows(
      List<String> revisions, boolean tablePresent, String serverVersion, DatabaseIdentity identity)
      implements Answer {
    public Rows {
      revisions = revisions.stream().sorted().toList();
    }
  }

  /**
   * Several version tables were read, and they do not all hold the same, or some are not there.
   *
   * @param tables all of them, by name
   */
  record Differing(List<TableRows> tables, DatabaseIdentity identity) implements Answer {
    public Differing {
      tables = List.copyOf(tables);
    }
  }

  /**
   * The server was asked and said no, or could not be asked: {@code DATABASE_UNREACHABLE}, {@code
   * DATABASE_MISSING}, {@code ROLE_MISSING}, {@code AUTHENTICATION_FAILED} or {@code
   * PERMISSION_DENIED}; or the Secret could not be: {@code SECRET_MISSING} or {@code
   * SECRET_FORBIDDEN}.
   */
  record Refused(Reason reason, String message) implements DatabaseReading {}

  /**
   * Another session holds the version table, mostly a migration that runs: nothing is wrong, and
   * nothing is known until it ends.
   */
  record Locked(String message) implements DatabaseReading {}

  /**
   * The operator cannot see what the migration sees (another dialect, a socket, a certificate in
   * the image, an answer that it does not understand): the runner's word is used instead.
   */
  record NotObservable(String message) implements DatabaseReading {}
}
