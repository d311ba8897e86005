package io.dbmigrations.operator.database;

import java.io.IOException;
import java.net.Socket;
import java.util.Properties;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.WrappedFactory;

/**
 * TLS that verifies as far as is asked for, with certificates that are in memory alone: without any
 * it encrypts, as libpq does without a root certificate. The driver finds this class by its name:
 * public for that reason alone.
 */
public final class CheckedTlsFactory extends WrappedFactory {
  private static final String CA = "dbmigration.ca";
  private static final String CLIENT = "dbmigration.client";
  private static final String CLIENT_KEY = "dbmigration.clientKey";
  private static final String PEER = "dbmigration.peer";

  private final @Nullable String peer;

  public CheckedTlsFactory(Properties properties) {
    String ca = properties.getProperty(CA);
    factory =
        new Certificates(ca, properties.getProperty(CLIENT), properties.getProperty(CLIENT_KEY))
            .context(ca != null)
            .getSocketFactory();
    peer = properties.getProperty(PEER);
  }

  static void set(Properties properties, JdbcTarget target, ServerAddress server) {
    Certificates certificates = target.certificates();
    if (certificates.ca() != null && target.sslMode().verifies()) {
      properties.setProperty(CA, certificates.ca());
    }
    if (certificates.client() != null && certificates.clientKey() != null) {
      properties.setProperty(CLIENT, certificates.client());
      properties.setProperty(CLIENT_KEY, certificates.clientKey());
    }
    if (target.sslMode() == JdbcTarget.SslMode.VERIFY_FULL) {
      properties.setProperty(PEER, server.name());
    }
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    SSLSocket tls =
        (SSLSocket) super.createSocket(socket, peer == null ? host : peer, port, autoClose);
    if (peer != null) {
      // As with HTTPS: the names and addresses that the certificate has, or else its common name.
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
    }
    return new CheckedTlsSocket(tls);
  }
}
