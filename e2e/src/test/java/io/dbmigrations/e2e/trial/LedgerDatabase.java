package io.dbmigrations.e2e.trial;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A database for the project {@code ledger}, whose steps write down what they do. The test is its
 * superuser.
 */
public final class LedgerDatabase implements AutoCloseable {
  private static final String[] SCHEMA = {
    "CREATE SCHEMA ledger",
    """
    CREATE TABLE ledger.step (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz DEFAULT
      clock_timestamp(), pod text, pid int, phase text, direction text, revision text)\
    """,
    """
    CREATE TABLE ledger.effect (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz DEFAULT
      clock_timestamp(), pod text, direction text, revision text)\
    """,
    """
    CREATE TABLE ledger.control (revision text PRIMARY KEY, seconds float8 NOT NULL DEFAULT 0,
      gated bool NOT NULL DEFAULT false, fails bool NOT NULL DEFAULT false)\
    """,
    "INSERT INTO ledger.control (revision) VALUES ('r1'), ('r2'), ('r3'), ('r4')",
  };

  private final LedgerServer server;
  private final String name;
  private final Canary password;
  private Connection connection;

  /** A note of a step, begun or done, whatever became of its transaction. */
  public record Step(Instant at, String pod, String phase, String direction, String revision) {}

  /** A step that was committed. */
  public record Effect(Instant at, String pod, String direction, String revision) {}

  private interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private LedgerDatabase(LedgerServer server, String name, Canary password) {
    this.server = server;
    this.name = name;
    this.password = password;
  }

  /** A new one, with a role of the same name that owns it. */
  public static LedgerDatabase create(LedgerServer server, String name) throws SQLException {
    var database = new LedgerDatabase(server, name, Canary.create());
    database.drop();
    server.execute(
        "postgres",
        "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(name, database.password.value()),
        "CREATE DATABASE %s OWNER %s".formatted(name, name));
    for (var statement : SCHEMA) {
      database.execute(statement);
    }
    database.execute(
        "GRANT USAGE ON SCHEMA ledger TO " + name,
        "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA ledger TO " + name);
    return database;
  }

  public String name() {
    return name;
  }

  public Canary password() {
    return password;
  }

  /** As it stands in the Secret. */
  public String url() {
    return "postgresql+psycopg://%s:%s@%s:%d/%s"
        .formatted(name, password.encoded(), server.host(), server.port(), name);
  }

  /** How a step behaves from now on. */
  public void control(String revision, String column, Object value) throws SQLException {
    execute(
        "UPDATE ledger.control SET %s = %s WHERE revision = '%s'"
            .formatted(column, value, revision));
  }

  /** The version table's rows, none if there is no table. */
  public List<String> rows() throws SQLException {
    if (query("SELECT 1 FROM pg_class WHERE oid = to_regclass('public.alembic_version')", row -> 1)
        .isEmpty()) {
      return List.of();
    }
    return query(
        "SELECT version_num FROM public.alembic_version ORDER BY 1", row -> row.getString(1));
  }

  public List<String> tables() throws SQLException {
    return query(
        """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
          AND relname LIKE 't\\_%' ORDER BY 1
        """,
        row -> row.getString(1));
  }

  public List<Step> steps() throws SQLException {
    return query(
        "SELECT at, pod, phase, direction, revision FROM ledger.step ORDER BY id",
        row ->
            new Step(
                row.getTimestamp(1).toInstant(),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5)));
  }

  public List<Effect> effects() throws SQLException {
    return query(
        "SELECT at, pod, direction, revision FROM ledger.effect ORDER BY id",
        row ->
            new Effect(
                row.getTimestamp(1).toInstant(),
                row.getString(2),
                row.getString(3),
                row.getString(4)));
  }

  /** What sessions of the migrations' role do. */
  public List<String> sessions() throws SQLException {
    return query(
        "SELECT format('%%s %%s', application_name, query) FROM pg_stat_activity WHERE usename = '%s'"
            .formatted(name),
        row -> row.getString(1));
  }

  /** Ends them, as an administrator does. */
  public void terminateSessions() throws SQLException {
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '%s'"
            .formatted(name));
  }

  public List<String> advisoryLocks() throws SQLException {
    return query(
        """
        SELECT format('%s %s %s', classid, objid, pid) FROM pg_locks
        WHERE locktype = 'advisory'
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """,
        row -> row.getString(1));
  }

  /** What the ledger adds to a timeline. */
  public List<Timeline.Entry> entries(String subject) throws SQLException {
    var entries = new ArrayList<Timeline.Entry>();
    for (var step : steps()) {
      entries.add(
          new Timeline.Entry(
              step.at(),
              subject,
              "ledger: %s %s %s by %s"
                  .formatted(step.phase(), step.direction(), step.revision(), step.pod())));
    }
    for (var effect : effects()) {
      entries.add(
          new Timeline.Entry(
              effect.at(),
              subject,
              "ledger: committed %s %s by %s"
                  .formatted(effect.direction(), effect.revision(), effect.pod())));
    }
    return entries;
  }

  /** Runs statements as superuser. */
  public synchronized void execute(String... statements) throws SQLException {
    for (var sql : statements) {
      try (var statement = connected().createStatement()) {
        statement.execute(sql);
      }
    }
  }

  private synchronized <T> List<T> query(String sql, Row<T> row) throws SQLException {
    try (var statement = connected().createStatement();
        var found = statement.executeQuery(sql)) {
      var values = new ArrayList<T>();
      while (found.next()) {
        values.add(row.read(found));
      }
      return values;
    }
  }

  private Connection connected() throws SQLException {
    if (connection == null || connection.isClosed()) {
      connection = server.connect(name);
    }
    return connection;
  }

  /** It goes, whoever is in it. */
  public synchronized void drop() throws SQLException {
    close();
    server.execute(
        "postgres",
        "DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(name),
        "DROP ROLE IF EXISTS %s".formatted(name));
  }

  @Override
  public synchronized void close() throws SQLException {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
