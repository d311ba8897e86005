package io.dbmigrations.e2e.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The PostgreSQL server in the cluster, seen from the test: as superuser, through a forwarded port.
 */
public final class Postgres implements AutoCloseable {
  /** Where the server and its Secrets are. */
  public static final String NAMESPACE = "platform";

  private static final String NAME = "postgres";
  private static final String POD = "postgres-0";
  private static final String SUPERUSER = "postgres";
  private static final int PORT = 5432;
  private static final int PORTS_TRIED = 3;

  private final KubernetesClient client;
  private final LocalPortForward port;
  private final String password;

  private Postgres(KubernetesClient client, LocalPortForward port, String password) {
    this.client = client;
    this.port = port;
    this.password = password;
  }

  /**
   * Opens a way to the server and goes it once; {@code client} stays the caller's.
   *
   * <p>A free port of this machine may lead elsewhere all the same: container engines leave rules
   * behind that redirect the port of a container that is gone. Then it is another port.
   */
  public static Postgres open(KubernetesClient client) {
    var secret = client.secrets().inNamespace(NAMESPACE).withName(NAME).require();
    var password =
        new String(
            Base64.getDecoder().decode(secret.getData().get("password")), StandardCharsets.UTF_8);
    var failure = new IllegalStateException("no forwarded port leads to " + POD);
    for (int i = 0; i < PORTS_TRIED; i++) {
      var port = client.pods().inNamespace(NAMESPACE).withName(POD).portForward(PORT);
      var postgres = new Postgres(client, port, password);
      try (var _ = postgres.connect(SUPERUSER)) {
        return postgres;
      } catch (SQLException e) {
        failure.addSuppressed(e);
        postgres.close();
      }
    }
    throw failure;
  }

  /** A connection as superuser. */
  public Connection connect(String database) throws SQLException {
    var url = "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port.getLocalPort(), database);
    return DriverManager.getConnection(url, SUPERUSER, password);
  }

  /** Runs statements as superuser, each in a transaction of its own. */
  public void execute(String database, String... statements) throws SQLException {
    try (var connection = connect(database);
        var statement = connection.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The URL of a database for what runs in the cluster, as superuser. */
  public String url(String driver, String database) {
    return "%s://%s:%s@%s.%s.svc:%d/%s"
        .formatted(driver, SUPERUSER, password, NAME, NAMESPACE, PORT, database);
  }

  /**
   * The schema of a database, as pg_dump writes it, but for what runners leave there: notes in
   * comments, and the history.
   */
  public String schema(String database) {
    return run(
        "pg_dump",
        "--schema-only",
        "--no-comments",
        "--exclude-schema=dbmigrations",
        "--restrict-key=e2e",
        "--dbname=" + database);
  }

  /**
   * The schema and all rows of a database but for that table and the history, as pg_dump writes
   * them.
   */
  public String dumpWithout(String table, String database) {
    return run(
        "pg_dump",
        "--restrict-key=e2e",
        "--exclude-table=" + table,
        "--exclude-schema=dbmigrations",
        "--dbname=" + database);
  }

  private String run(String... command) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    try (var exec =
        client
            .pods()
            .inNamespace(NAMESPACE)
            .withName(POD)
            .writingOutput(out)
            .writingError(err)
            .exec(command)) {
      var code = exec.exitCode().get(1, TimeUnit.MINUTES);
      if (code != 0) {
        throw new IllegalStateException(
            "%s ended with %d: %s"
                .formatted(command[0], code, err.toString(StandardCharsets.UTF_8)));
      }
      return out.toString(StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command[0] + " ran", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(command[0] + " gave no answer", e);
    }
  }

  @Override
  public void close() {
    try {
      port.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
