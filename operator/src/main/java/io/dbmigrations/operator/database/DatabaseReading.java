package io.dbmigrations.operator.database;

import io.dbmigrations.api.v1alpha1.Reason;
import java.util.List;

/** What one short look at a database found. */
public sealed interface DatabaseReading {
  /** The rows of the version table, sorted; empty when the table has none or does not exist. */
  record Rows(List<String> revisions, String serverVersion) implements DatabaseReading {
    public Rows {
      revisions = revisions.stream().sorted().toList();
    }
  }

  /**
   * The server was asked and said no, or could not be asked: {@code DATABASE_UNREACHABLE}, {@code
   * AUTHENTICATION_FAILED}, {@code PERMISSION_DENIED} or {@code CONFIGURATION_ERROR}.
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
