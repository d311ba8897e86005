package io.dbmigrations.operator.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * A real PostgreSQL with a superuser: the one that {@code DBMIGRATION_TEST_URL} names, or one of
 * its own that ends with the JVM.
 */
record TestServer(String host, int port, String user, String password) {
  private static final String URL = System.getenv("DBMIGRATION_TEST_URL");

  private static final TestServer INSTANCE = URL == null ? embedded() : given(URI.create(URL));

  static TestServer get() {
    return INSTANCE;
  }

  private static TestServer given(URI url) {
    String[] login = url.getRawUserInfo().split(":", 2);
    return new TestServer(
        url.getHost(),
        url.getPort(),
        PercentEncoding.decode(login[0]),
        PercentEncoding.decode(login[1]));
  }

  // It is closed by its own shutdown hook.
  @SuppressWarnings("resource")
  private static TestServer embedded() {
    try {
      EmbeddedPostgres postgres = EmbeddedPostgres.start();
      TestServer server = new TestServer("127.0.0.1", postgres.getPort(), "postgres", "superuser");
      // It trusts everybody; the tests need one that asks for passwords.
      server.execute(
          "postgres",
          "ALTER ROLE postgres PASSWORD 'superuser'",
          "DO $$ BEGIN EXECUTE format("
              + "'COPY (SELECT ''host all all all scram-sha-256'') TO %L',"
              + " current_setting('hba_file')); END $$",
          "SELECT pg_reload_conf()");
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "No PostgreSQL could be started for the tests. Set DBMIGRATION_TEST_URL to the"
              + " postgresql://user:password@host:port/ of a superuser of any PostgreSQL.",
          e);
    }
  }

  Connection connect(String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    return new Driver()
        .connect("jdbc:postgresql://%s:%d/%s".formatted(host, port, database), properties);
  }

  void execute(String database, String... statements) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  String ask(String question) {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(question)) {
      answer.next();
      return answer.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** To this server, for one in front of it that ends the TLS. */
  void passOn(InputStream in, OutputStream out) throws IOException {
    try (Socket socket = new Socket(host, port)) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              socket.getInputStream().transferTo(out);
            } catch (IOException e) {
              return; // One of the two has hung up.
            }
          });
      in.transferTo(socket.getOutputStream());
    }
  }

  String address() {
    return host + ":" + port;
  }
}
