package io.dbmigrations.operator.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Properties;
import javax.net.SocketFactory;

/**
 * Makes the sockets of the JDBC driver, which finds this class by its name. Public for that reason
 * alone.
 */
public final class ShortLivedSocketFactory extends SocketFactory {
  private static final String LIFETIME = "dbmigration.lifetime";
  private static final String REACH = "dbmigration.reach";

  private final Duration lifetime;
  private final Reach reach;

  public ShortLivedSocketFactory(Properties properties) {
    lifetime = Duration.parse(properties.getProperty(LIFETIME));
    reach = Reach.valueOf(properties.getProperty(REACH));
  }

  static void set(Properties properties, Duration lifetime, Reach reach) {
    properties.setProperty(LIFETIME, lifetime.toString());
    properties.setProperty(REACH, reach.name());
  }

  @Override
  public Socket createSocket() {
    return new ShortLivedSocket(lifetime, reach);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return createSocket(InetAddress.getByName(host), port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return createSocket(InetAddress.getByName(host), port, localHost, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    Socket socket = createSocket();
    socket.connect(new InetSocketAddress(host, port));
    return socket;
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    Socket socket = createSocket();
    socket.bind(new InetSocketAddress(localHost, localPort));
    socket.connect(new InetSocketAddress(host, port));
    return socket;
  }
}
