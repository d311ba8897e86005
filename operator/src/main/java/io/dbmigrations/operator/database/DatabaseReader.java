package io.dbmigrations.operator.database;

import org.jspecify.annotations.Nullable;

/** Looks at a database once. */
public interface DatabaseReader {
  /**
   * Reads the version table.
   *
   * @param versionTable {@code schema.table}; null only to find out whether the database lets the
   *     user in, and which one it is
   * @param namespace that of the migration's Pod, in which a Service goes by its name alone
   */
  DatabaseReading read(String sqlalchemyUrl, @Nullable String versionTable, String namespace);
}
