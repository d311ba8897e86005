package io.dbmigrations.operator.database;

import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The version tables that one env.py migrates in one database: one, or one for each tenant.
 *
 * @param count how many there are
 * @param names {@code schema.table} of each, sorted; empty where they could not all be named
 * @param setup where it is the one that Jobs of that setup have used, if the database has a note of
 *     one: null where this is not asked
 */
public record VersionTables(int count, List<String> names, @Nullable Setup setup) {

  /** Where none is known: a look only finds out whether the database lets the user in. */
  public static final VersionTables NONE = new VersionTables(0, List.of());

  public VersionTables {
    names = names.stream().sorted().toList();
  }

  public VersionTables(int count, List<String> names) {
    this(count, names, null);
  }

  /** The one that the database itself says was used. */
  public static VersionTables noted(Setup setup) {
    return new VersionTables(0, List.of(), setup);
  }

  public static VersionTables of(@Nullable String table) {
    return table == null ? NONE : new VersionTables(1, List.of(table));
  }

  public static VersionTables of(List<String> names) {
    return new VersionTables(names.size(), names);
  }

  /** Those that a status knows. */
  public static VersionTables in(@Nullable DatabaseStatus status) {
    if (status == null || status.versionTable() != null) {
      return of(status == null ? null : status.versionTable());
    }
    List<String> tables = status.versionTables();
    Integer count = status.versionTableCount();
    return tables == null ? new VersionTables(count == null ? 0 : count, List.of()) : of(tables);
  }

  public boolean areSeveral() {
    return count > 1;
  }

  /** Whether there are any that nobody knows by name. */
  public boolean areUnnamed() {
    return names.size() < count;
  }
}
