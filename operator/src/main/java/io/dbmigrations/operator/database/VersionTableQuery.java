package io.dbmigrations.operator.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The statements on one connection, within one read-only transaction. They run as the tenant's own
 * user in the tenant's own database: no check here keeps anybody from what their own login allows;
 * they keep the operator from waiting, from holding up others, and from being led astray.
 */
final class VersionTableQuery {
  static final int MAX_ROWS = 1000;
  static final int MAX_LENGTH = 255;

  private static final String UNDEFINED_TABLE = "42P01";
  private static final Set<String> TABLES = Set.of("r", "p");

  private final Connection connection;

  VersionTableQuery(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      // LOCAL, because behind a pooler the session belongs to others too. The user's search_path
      // could put other operators before those of pg_catalog. The last one frees the table's lock,
      // which an ALTER would wait for, should the operator's node vanish.
      statement.execute(
          """
          SET LOCAL search_path = pg_catalog, pg_temp;
          SET LOCAL statement_timeout = '4s';
          SET LOCAL lock_timeout = '2s';
          SET LOCAL idle_in_transaction_session_timeout = '10s'\
          """);
    }
  }

  /**
   * Whether the server replays another one's log: its rows may be old, and it cannot be changed.
   */
  boolean isStandby() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_is_in_recovery()")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /** The rows of the first of these tables that exists; none when none exists. */
  List<String> rows(List<VersionTableName> candidates) throws SQLException {
    for (VersionTableName name : candidates) {
      if (exists(name)) {
        return rows(name);
      }
    }
    return List.of();
  }

  private boolean exists(VersionTableName name) throws SQLException {
    String sql =
        """
        SELECT c.relkind,
               pg_catalog.row_security_active(c.oid),
               a.atttypid IN ('pg_catalog.varchar'::pg_catalog.regtype,
                              'pg_catalog.text'::pg_catalog.regtype,
                              'pg_catalog.bpchar'::pg_catalog.regtype)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_attribute a
               ON a.attrelid = c.oid AND a.attname = 'version_num' AND NOT a.attisdropped
        WHERE n.nspname = ? AND c.relname = ?\
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name.schema());
      statement.setString(2, name.table());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return false;
        }
        if (!TABLES.contains(row.getString(1))) {
          throw new NotObservableException(name + " is not a table, so it is not read.");
        }
        if (row.getBoolean(2)) {
          throw new NotObservableException(
              name + " is under row-level security, so not all of its rows may be seen.");
        }
        if (!row.getBoolean(3)) {
          throw new NotObservableException(name + " has no text column version_num.");
        }
        return true;
      }
    }
  }

  private List<String> rows(VersionTableName name) throws SQLException {
    // The name cannot be bound. It is quoted, and it is one that the catalog has.
    String sql =
        "SELECT pg_catalog.left(version_num, %d) FROM %s LIMIT %d"
            .formatted(MAX_LENGTH + 1, name.toSql(), MAX_ROWS + 1);
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        String revision = result.getString(1);
        if (revision == null || revision.length() > MAX_LENGTH || rows.size() == MAX_ROWS) {
          throw new NotObservableException(
              "%s is not Alembic's: it has more than %d rows, or one that is NULL or longer than %d"
                      .formatted(name, MAX_ROWS, MAX_LENGTH)
                  + " characters.");
        }
        rows.add(revision);
      }
    } catch (SQLException e) {
      // Dropped after it had been found, by a migration that held its lock.
      if (UNDEFINED_TABLE.equals(e.getSQLState())) {
        return List.of();
      }
      throw e;
    }
    return rows;
  }
}
