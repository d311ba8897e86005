package io.dbmigrations.operator.database;

import static java.util.Locale.ROOT;

import java.time.Duration;
import java.util.Properties;
import org.postgresql.PGProperty;

/**
 * All that the JDBC driver is told. A property that is not here is not set, and each that would
 * make the driver look for a file is set, so that it does not look.
 */
final class ConnectionProperties {
  private static final String SEARCH_PATH = "pg_catalog, pg_temp";

  private ConnectionProperties() {}

  /**
   * The properties.
   *
   * @param patience how long the server may take for one answer, in whole seconds
   * @param lifetime how long the connection may be used at all
   */
  static Properties of(
      JdbcTarget target, ServerAddress server, Duration patience, Duration lifetime, Reach reach) {
    String seconds = Long.toString(patience.toSeconds());
    Properties properties = new Properties();
    PGProperty.PG_HOST.set(properties, server.host());
    PGProperty.PG_PORT.set(properties, server.port());
    PGProperty.PG_DBNAME.set(properties, target.database());
    PGProperty.USER.set(properties, target.user());
    // Without a password the driver looks for a .pgpass.
    PGProperty.PASSWORD.set(properties, target.password().orElse(""));
    // The default factory looks for certificates and keys in the home directory. Ours verifies, so
    // that the driver has only to insist on it.
    JdbcTarget.SslMode mode =
        target.sslMode().verifies() ? JdbcTarget.SslMode.REQUIRE : target.sslMode();
    PGProperty.SSL_MODE.set(properties, mode.name().toLowerCase(ROOT));
    PGProperty.SSL_FACTORY.set(properties, CheckedTlsFactory.class.getName());
    CheckedTlsFactory.set(properties, target, server);
    PGProperty.CHANNEL_BINDING.set(properties, target.channelBinding().name().toLowerCase(ROOT));
    // A server must not be able to start a Kerberos login.
    PGProperty.GSS_ENC_MODE.set(properties, "disable");
    PGProperty.REQUIRE_AUTH.set(properties, "none,password,md5,scram-sha-256");

    PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
    PGProperty.SOCKET_TIMEOUT.set(properties, seconds);
    // The only timeout that covers the look-up of the host's name. Longer than the one before,
    // whose
    // words say more.
    PGProperty.LOGIN_TIMEOUT.set(
        properties, Long.toString(Math.min(2 * patience.toSeconds(), lifetime.toSeconds() + 1)));
    PGProperty.SOCKET_FACTORY.set(properties, ShortLivedSocketFactory.class.getName());
    ShortLivedSocketFactory.set(properties, lifetime, reach);
    PGProperty.MAX_RESULT_BUFFER.set(properties, "2M");

    PGProperty.APPLICATION_NAME.set(properties, "dbmigration-operator");
    // Lets the name go with the first packet, instead of a SET of its own.
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "9.0");
    // Named statements do not work behind a pooler.
    PGProperty.PREPARE_THRESHOLD.set(properties, 0);
    PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
    // From the first packet on, whatever path is set for the user or the database.
    PGProperty.CURRENT_SCHEMA.set(properties, SEARCH_PATH);
    return properties;
  }

  /** The same for a pooler, which takes no search_path with the first packet. */
  static Properties withoutSearchPath(Properties properties) {
    Properties changed = (Properties) properties.clone();
    changed.remove(PGProperty.CURRENT_SCHEMA.getName());
    return changed;
  }
}
