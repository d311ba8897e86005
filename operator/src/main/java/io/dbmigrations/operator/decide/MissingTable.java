package io.dbmigrations.operator.decide;

import io.dbmigrations.operator.database.DatabaseIdentity;
import java.util.List;
import java.util.stream.Collectors;

/** The words on a version table that is not where it was. */
final class MissingTable {

  // In a database of many projects each may have one.
  private static final int MOST_NAMED = 5;

  private MissingTable() {}

  /**
   * The only one is gone.
   *
   * @param held the revisions at which it was left
   */
  static String drift(DatabaseIdentity identity, String held, String target) {
    String gone =
        "The version table %s is gone; this resource left the database at %s."
            .formatted(String.join("", identity.tables().names()), held);
    String restart =
        "set the annotation dbmigrations.io/retry to a new value to migrate it to %s from the start; otherwise restore the table"
            .formatted(target);
    // To migrate from the start beside a table that was moved would make everything a second time.
    return hasNamesakes(identity)
        ? "%s Of its name there is now %s. If that is the table, move it back (ALTER TABLE … SET SCHEMA …), or use an image whose env.py names its new schema (version_table_schema). Only if that is somebody else's, and the database was made anew, %s"
            .formatted(gone, namesakes(identity), restart)
        : "%s If the database was made anew, %s".formatted(gone, restart);
  }

  /** Where else one of several may be that is gone, as a further sentence; empty where nowhere. */
  static String ofSeveral(DatabaseIdentity identity) {
    return hasNamesakes(identity)
        ? " Further tables of these names are %s: if that is one that is gone, move it back (ALTER TABLE … SET SCHEMA …)."
            .formatted(namesakes(identity))
        : "";
  }

  private static boolean hasNamesakes(DatabaseIdentity identity) {
    return identity.others() != null && !identity.others().isEmpty();
  }

  private static String namesakes(DatabaseIdentity identity) {
    List<String> others = identity.others() == null ? List.of() : identity.others();
    String first = others.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    int more = others.size() - MOST_NAMED;
    return more > 0 ? "%s and %d more".formatted(first, more) : first;
  }
}
