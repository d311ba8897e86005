package io.dbmigrations.operator.database;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.NonValidatingFactory;

/**
 * TLS that encrypts and does not verify, as libpq's without a root certificate; the modes that
 * verify are not observable. The driver finds this class by its name: public for that reason alone.
 */
public final class CheckedTlsFactory extends NonValidatingFactory {
  public CheckedTlsFactory(@Nullable String argument) throws GeneralSecurityException {
    super(argument);
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    return new CheckedTlsSocket((SSLSocket) super.createSocket(socket, host, port, autoClose));
  }
}
