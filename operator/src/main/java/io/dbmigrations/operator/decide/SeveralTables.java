package io.dbmigrations.operator.decide;

import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.TableRows;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.job.Revisions;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is said where an env.py that migrates several version tables did not leave what is there.
 *
 * @param held where it left all of them
 * @param cause who or what may have changed them
 * @param target to which they are migrated again
 */
record SeveralTables(String held, String cause, String target) {

  // The first of many tenants stand for the rest.
  private static final int MOST_NAMED = 5;

  private static final String RETRY = "set the annotation dbmigrations.io/retry to a new value";

  /** They all hold the same, or none is there. */
  String drift(DatabaseReading.Rows rows) {
    VersionTables tables = rows.identity().tables();
    return rows.tablePresent()
        ? "All %d version tables have %s; this resource left them at %s. %s. To migrate all of them to %s again, %s"
            .formatted(tables.count(), Revisions.join(rows.revisions()), held, cause, target, RETRY)
        : "All %d version tables are gone (%s); this resource left them at %s.%s If the database was made anew, %s, and it is migrated to %s from the start; otherwise restore the tables"
            .formatted(
                tables.count(),
                some(tables.names()),
                held,
                MissingTable.ofSeveral(rows.identity()),
                RETRY,
                target);
  }

  /**
   * They do not hold the same.
   *
   * @param isHeld whether rows are those of the target
   */
  String drift(DatabaseReading.Differing differing, Predicate<List<String>> isHeld) {
    List<TableRows> tables = differing.tables();
    List<TableRows> wrong =
        tables.stream()
            .filter(table -> !table.isPresent() || !isHeld.test(table.revisions()))
            .toList();
    // At the target each of them, and elsewhere in lines that it does not name.
    List<TableRows> named = wrong.isEmpty() ? tables : wrong;
    // Who drops a table does not migrate it.
    String changed = named.stream().anyMatch(TableRows::isPresent) ? " " + cause + "." : "";
    String restore =
        tables.stream().allMatch(TableRows::isPresent)
            ? ""
            : MissingTable.ofSeveral(differing.identity())
                + " Restore what is gone, unless its schema was dropped or made anew on purpose.";
    return "Of %d version tables %s; this resource left all of them at %s.%s%s To migrate to %s again, %s"
        .formatted(
            tables.size(),
            some(named.stream().map(SeveralTables::said).toList()),
            held,
            changed,
            restore,
            target,
            RETRY);
  }

  private static String said(TableRows table) {
    return table.isPresent()
        ? "%s has %s".formatted(table.table(), Revisions.join(table.revisions()))
        : table.table() + " is gone";
  }

  private static String some(List<String> parts) {
    String first = parts.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    int more = parts.size() - MOST_NAMED;
    return more > 0 ? "%s and %d more".formatted(first, more) : first;
  }
}
