package io.dbmigrations.operator.database;

import java.sql.Connection;
import java.sql.SQLException;

/** A database of its own on the test server, with an owner and a stranger, all of odd names. */
final class TestDatabase implements AutoCloseable {
  static final String NAME = "reader test";
  static final String OWNER = "reader@owner";
  static final String STRANGER = "reader_stranger";
  static final String PASSWORD = "p@ss/w:rd";
  static final String TABLE = "public.alembic_version";

  final TestServer server = TestServer.get();

  TestDatabase() {
    close();
    server.execute(
        "postgres",
        "CREATE ROLE \"%s\" LOGIN PASSWORD '%s'".formatted(OWNER, PASSWORD),
        "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(STRANGER, PASSWORD),
        "CREATE DATABASE \"%s\" OWNER \"%s\"".formatted(NAME, OWNER));
  }

  @Override
  public void close() {
    server.execute(
        "postgres",
        "DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)".formatted(NAME),
        "DROP ROLE IF EXISTS \"%s\"".formatted(OWNER),
        "DROP ROLE IF EXISTS " + STRANGER);
  }

  /** As Alembic leaves it behind, without a row. */
  void createVersionTable() {
    asOwner(
        "DROP SCHEMA IF EXISTS public CASCADE",
        "CREATE SCHEMA public",
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)");
  }

  void asOwner(String... statements) {
    String[] all = new String[statements.length + 1];
    all[0] = "SET ROLE \"%s\"".formatted(OWNER);
    System.arraycopy(statements, 0, all, 1, statements.length);
    server.execute(NAME, all);
  }

  Connection connect() throws SQLException {
    return server.connect(NAME);
  }

  String url() {
    return url(OWNER, PASSWORD, NAME);
  }

  String url(String user, String password, String database) {
    return "postgresql+asyncpg://%s:%s@%s/%s"
        .formatted(encode(user), encode(password), server.address(), encode(database));
  }

  /** Waits until so many readers have a session for which the condition holds. */
  void awaitReaders(int count, String condition) throws InterruptedException {
    String question =
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = '%s' AND application_name = 'dbmigration-operator' AND %s\
        """
            .formatted(NAME, condition);
    for (int i = 0; i < 100; i++) {
      if (server.ask(question).equals(Integer.toString(count))) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("Not " + count + " within 5 s: " + question);
  }

  static String encode(String text) {
    return text.replace("@", "%40").replace("/", "%2F").replace(" ", "%20");
  }
}
