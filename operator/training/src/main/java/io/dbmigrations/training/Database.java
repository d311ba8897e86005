package io.dbmigrations.training;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL that is logged in to as usual: by TLS, with a password. */
final class Database implements AutoCloseable {

  private static final String NAME = "shop";
  private static final String PASSWORD = "only-for-the-training";

  private final EmbeddedPostgres server;

  /**
   * A running one with an empty database.
   *
   * @param certificate what it identifies itself with
   * @param directory for its files
   */
  Database(Path certificate, Path key, Path directory) throws IOException, SQLException {
    Path ownKey = Files.copy(key, directory.resolve("key"), StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(ownKey, PosixFilePermissions.fromString("rw-------"));
    Path access = directory.resolve("access");
    Files.writeString(
        access,
        """
        host all postgres 127.0.0.1/32 trust
        hostssl all all all scram-sha-256
        """);
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("listen_addresses", "*")
            .setServerConfig("ssl", "on")
            .setServerConfig("ssl_cert_file", certificate.toString())
            .setServerConfig("ssl_key_file", ownKey.toString())
            .setServerConfig("hba_file", access.toString())
            .start();
    run(
        "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(NAME, PASSWORD),
        "CREATE DATABASE %1$s OWNER %1$s".formatted(NAME));
  }

  /** As a Secret has it. */
  String url() throws SocketException {
    return "postgresql+psycopg://%1$s:%2$s@%3$s:%4$d/%1$s?sslmode=require"
        .formatted(NAME, PASSWORD, host(), server.getPort());
  }

  // Of this machine, but not by its loopback address: no operator logs in there.
  private static String host() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(Inet4Address.class::isInstance)
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "This machine has no IPv4 address but its loopback's: build the image with a network"));
  }

  /** What a migration does to it. */
  void migrate(String revision) throws SQLException {
    try (Connection connection = server.getDatabase("postgres", NAME).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE IF NOT EXISTS public.alembic_version (version_num varchar(32) PRIMARY KEY);
          DELETE FROM public.alembic_version;
          INSERT INTO public.alembic_version VALUES ('%s');
          GRANT SELECT ON public.alembic_version TO %s\
          """
              .formatted(revision, NAME));
    }
  }

  /** How many transactions there were, each reading being one. */
  long transactions() throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '%s'"
                    .formatted(NAME))) {
      result.next();
      return result.getLong(1);
    }
  }

  private void run(String... statements) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
