package io.dbmigrations.operator.database;

/** Looks at a database once. */
public interface DatabaseReader {
  /**
   * Reads the version tables.
   *
   * @param tables none only to find out whether the database lets the user in, and which one it is
   * @param namespace that of the migration's Pod, in which a Service goes by its name alone
   */
  DatabaseReading read(DatabaseAccess access, VersionTables tables, String namespace);
}
