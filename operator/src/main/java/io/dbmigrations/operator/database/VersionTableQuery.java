package io.dbmigrations.operator.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Oid;
import org.postgresql.util.PSQLState;

/**
 * The statements on one connection, within one read-only transaction: three round trips with a
 * version table, two without. They run as the tenant's own user in the tenant's own database: no
 * check here keeps anybody from what their own login allows; they keep the operator from waiting,
 * from holding up others, and from being led astray.
 */
final class VersionTableQuery {
  static final int MAX_ROWS = 1000;
  static final int MAX_LENGTH = 255;

  private static final Set<String> TABLES = Set.of("r", "p");
  private static final Set<Integer> TEXTS = Set.of(Oid.VARCHAR, Oid.TEXT, Oid.BPCHAR);

  private final Connection connection;

  VersionTableQuery(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
  }

  /**
   * What the first look finds.
   *
   * @param standby whether the server replays another one's log: its rows may be old, and it cannot
   *     be changed
   * @param systemReadable whether the user may ask for the server's identifier
   * @param table the first of the candidates that exists
   */
  record Overview(
      boolean standby, String database, boolean systemReadable, @Nullable VersionTableName table) {}

  /**
   * The rows of the table and the server's identifier.
   *
   * @param system null where the user may not ask for it
   */
  record Content(List<String> rows, @Nullable String system) {}

  /** Starts the transaction and looks which of these tables exists. */
  Overview overview(List<VersionTableName> candidates) throws SQLException {
    List<String> statements = new ArrayList<>(List.of(VersionTableSql.LIMITS));
    statements.add(VersionTableSql.SERVER);
    statements.addAll(Collections.nCopies(candidates.size(), VersionTableSql.RELATION));
    try (PreparedStatement statement =
        connection.prepareStatement(String.join(";\n", statements))) {
      int parameter = 1;
      for (VersionTableName name : candidates) {
        statement.setString(parameter++, name.schema());
        statement.setString(parameter++, name.table());
      }
      ResultSet server = result(statement, statement.execute());
      server.next();
      boolean standby = server.getBoolean(1);
      String database = Text.brief(server.getString(2), 63);
      boolean systemReadable = server.getBoolean(3);
      for (VersionTableName name : candidates) {
        if (isVersionTable(name, result(statement, statement.getMoreResults()))) {
          return new Overview(standby, database, systemReadable, name);
        }
      }
      return new Overview(standby, database, systemReadable, null);
    }
  }

  /** As the server told with the login. */
  String serverVersion() throws SQLException {
    return Text.brief(connection.getMetaData().getDatabaseProductVersion().split(" ", 2)[0], 20);
  }

  /**
   * Reads what the overview found.
   *
   * @throws VersionTableGoneException where the table has been dropped meanwhile
   */
  Content content(Overview overview) throws SQLException {
    VersionTableName table = overview.table();
    List<String> statements = new ArrayList<>();
    if (table != null) {
      lock(table);
      statements.add(VersionTableSql.rows(table, MAX_ROWS + 1, MAX_LENGTH + 1));
    }
    if (overview.systemReadable()) {
      statements.add(VersionTableSql.SYSTEM);
    }
    if (statements.isEmpty()) {
      return new Content(List.of(), null);
    }
    try (Statement statement = connection.createStatement()) {
      boolean first = statement.execute(String.join(";\n", statements));
      List<String> rows = List.of();
      if (table != null) {
        rows = rows(table, result(statement, first));
        first = overview.systemReadable() && statement.getMoreResults();
      }
      return new Content(rows, overview.systemReadable() ? system(result(statement, first)) : null);
    }
  }

  /** Once the lock is held, what is of that name stays what it is. */
  private void lock(VersionTableName name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            VersionTableSql.lock(name) + ";\n" + VersionTableSql.RELATION)) {
      statement.setString(1, name.schema());
      statement.setString(2, name.table());
      if (!isVersionTable(name, result(statement, statement.execute()))) {
        throw new VersionTableGoneException();
      }
    } catch (SQLException e) {
      if (PSQLState.UNDEFINED_TABLE.getState().equals(e.getSQLState())) {
        throw new VersionTableGoneException();
      }
      throw e;
    }
  }

  /** The next result that has rows; statements before it have none. */
  private static ResultSet result(Statement statement, boolean hasRows) throws SQLException {
    while (!hasRows) {
      if (statement.getUpdateCount() < 0) {
        throw new SQLException(
            "The server does not answer as PostgreSQL does",
            PSQLState.PROTOCOL_VIOLATION.getState());
      }
      hasRows = statement.getMoreResults();
    }
    return statement.getResultSet();
  }

  private static boolean isVersionTable(VersionTableName name, ResultSet relation)
      throws SQLException {
    if (!relation.next()) {
      return false;
    }
    if (!TABLES.contains(relation.getString(1))) {
      throw new NotObservableException(name + " is not a table, so it is not read.");
    }
    if (relation.getBoolean(2)) {
      throw new NotObservableException(
          name + " is under row-level security, so not all of its rows may be seen.");
    }
    if (!TEXTS.contains((int) relation.getLong(3))) {
      throw new NotObservableException(name + " has no text column version_num.");
    }
    return true;
  }

  private static List<String> rows(VersionTableName name, ResultSet result) throws SQLException {
    List<String> rows = new ArrayList<>();
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
    return rows;
  }

  private static String system(ResultSet result) throws SQLException {
    result.next();
    return Text.brief(result.getString(1), 20);
  }
}
