package io.dbmigrations.operator.database;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Oid;
import org.postgresql.util.PSQLState;

/**
 * The statements on one connection, within one read-only transaction: three round trips with
 * version tables, however many, two without, and one more where the one is gone. They run as the
 * tenant's own user in the tenant's own database: no check here keeps anybody from what their own
 * login allows; they keep the operator from waiting, from holding up others, and from being led
 * astray.
 */
final class VersionTableQuery {
  static final int MAX_ROWS = 1000;
  static final int MAX_LENGTH = 255;

  /** More than these are no tenants that one resource could name. */
  private static final int MAX_OTHERS = 100;

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
   * @param tables of those asked for, the ones that exist, by the name that was asked for
   * @param others further tables of the names of several; null where they were not looked for, or
   *     are too many
   */
  record Overview(
      boolean standby,
      String database,
      boolean systemReadable,
      SortedMap<String, VersionTableName> tables,
      @Nullable List<String> others) {}

  /**
   * The rows of the tables and the server's identifier.
   *
   * @param tables what the overview found, in its order
   * @param system null where the user may not ask for it
   */
  record Content(List<TableRows> tables, @Nullable String system) {}

  /** Which table Jobs of that setup have used; none where nothing here proves it. */
  VersionTables noted(Setup setup) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(VersionTableSql.LIMITS + ";\n" + VersionTableSql.NOTED)) {
      statement.setString(1, NotedTable.PREFIX);
      ResultSet result = result(statement, statement.execute());
      List<NotedTable.Comment> comments = new ArrayList<>();
      while (result.next()) {
        comments.add(new NotedTable.Comment(result.getString(1), result.getString(2)));
      }
      return comments.size() > MAX_OTHERS ? VersionTables.NONE : NotedTable.find(comments, setup);
    }
  }

  /**
   * Starts the transaction and looks which of these tables exist.
   *
   * @param tables the candidates for each, of which the first that exists is meant
   */
  Overview overview(List<List<VersionTableName>> tables) throws SQLException {
    List<VersionTableName> candidates = tables.stream().flatMap(List::stream).toList();
    List<String> statements = new ArrayList<>(List.of(VersionTableSql.LIMITS));
    statements.add(VersionTableSql.SERVER);
    statements.addAll(Collections.nCopies(candidates.size(), VersionTableSql.RELATION));
    if (tables.size() > 1) {
      statements.add(VersionTableSql.NAMESAKES);
    }
    try (PreparedStatement statement =
        connection.prepareStatement(String.join(";\n", statements))) {
      name(candidates, statement);
      if (tables.size() > 1) {
        statement.setArray(2 * candidates.size() + 1, tables(candidates));
      }
      ResultSet server = result(statement, statement.execute());
      server.next();
      boolean standby = server.getBoolean(1);
      String database = Text.brief(server.getString(2), 63);
      boolean systemReadable = server.getBoolean(3);
      SortedMap<String, VersionTableName> found = new TreeMap<>();
      for (VersionTableName name : candidates) {
        ResultSet relation = result(statement, statement.getMoreResults());
        if (!found.containsKey(name.qualified()) && isVersionTable(name, relation)) {
          found.put(name.qualified(), name);
        }
      }
      List<String> others =
          tables.size() > 1
              ? others(candidates, result(statement, statement.getMoreResults()))
              : null;
      return new Overview(standby, database, systemReadable, found, others);
    }
  }

  /** Where there are tables of these names; null where they are too many. */
  @Nullable List<String> namesakes(List<VersionTableName> names) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(VersionTableSql.NAMESAKES)) {
      statement.setArray(1, tables(names));
      return others(names, statement.executeQuery());
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
    List<VersionTableName> tables = List.copyOf(overview.tables().values());
    List<String> statements = new ArrayList<>();
    if (!tables.isEmpty()) {
      lock(tables);
    }
    for (VersionTableName table : tables) {
      statements.add(VersionTableSql.rows(table, MAX_ROWS + 1, MAX_LENGTH + 1));
    }
    if (overview.systemReadable()) {
      statements.add(VersionTableSql.SYSTEM);
    }
    if (statements.isEmpty()) {
      return new Content(List.of(), null);
    }
    try (Statement statement = connection.createStatement()) {
      boolean hasRows = statement.execute(String.join(";\n", statements));
      List<TableRows> read = new ArrayList<>();
      for (VersionTableName table : tables) {
        read.add(TableRows.of(table.qualified(), rows(table, result(statement, hasRows))));
        hasRows = statement.getMoreResults();
      }
      return new Content(
          read, overview.systemReadable() ? system(result(statement, hasRows)) : null);
    }
  }

  /** Once the locks are held, what is of these names stays what it is. */
  private void lock(List<VersionTableName> tables) throws SQLException {
    List<String> statements = new ArrayList<>(List.of(VersionTableSql.lock(tables)));
    statements.addAll(Collections.nCopies(tables.size(), VersionTableSql.RELATION));
    try (PreparedStatement statement =
        connection.prepareStatement(String.join(";\n", statements))) {
      name(tables, statement);
      boolean hasRows = statement.execute();
      for (VersionTableName name : tables) {
        if (!isVersionTable(name, result(statement, hasRows))) {
          throw new VersionTableGoneException();
        }
        hasRows = statement.getMoreResults();
      }
    } catch (SQLException e) {
      if (PSQLState.UNDEFINED_TABLE.getState().equals(e.getSQLState())) {
        throw new VersionTableGoneException();
      }
      throw e;
    }
  }

  private Array tables(List<VersionTableName> names) throws SQLException {
    return connection.createArrayOf(
        "text", names.stream().map(VersionTableName::table).toArray(String[]::new));
  }

  private static @Nullable List<String> others(List<VersionTableName> known, ResultSet namesakes)
      throws SQLException {
    Set<String> names = known.stream().map(VersionTableName::qualified).collect(Collectors.toSet());
    List<String> others = new ArrayList<>();
    while (namesakes.next()) {
      String name = namesakes.getString(1);
      if (!names.contains(name)) {
        others.add(Text.brief(name, 130));
      }
    }
    return others.size() > MAX_OTHERS ? null : others;
  }

  private static void name(List<VersionTableName> tables, PreparedStatement statement)
      throws SQLException {
    int parameter = 1;
    for (VersionTableName table : tables) {
      statement.setString(parameter++, table.schema());
      statement.setString(parameter++, table.table());
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
