package io.dbmigrations.operator.database;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Listens where PostgreSQL is expected: takes TLS when it has a certificate, and then behaves. */
final class FakeServer implements Closeable {

  interface Behaviour {
    void serve(InputStream in, OutputStream out) throws IOException, InterruptedException;
  }

  private final AtomicInteger connections = new AtomicInteger();
  private final ServerSocket listener;

  FakeServer(@Nullable SSLContext tls, Behaviour behaviour) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> accept(tls, behaviour));
  }

  int port() {
    return listener.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept(@Nullable SSLContext tls, Behaviour behaviour) {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(client, tls, behaviour));
      } catch (IOException e) {
        return; // The test is over.
      }
    }
  }

  private static void serve(Socket client, @Nullable SSLContext tls, Behaviour behaviour) {
    try (client) {
      // The driver's question whether there is TLS.
      client.getInputStream().readNBytes(8);
      client.getOutputStream().write(tls == null ? 'N' : 'S');
      if (tls == null) {
        behaviour.serve(client.getInputStream(), client.getOutputStream());
      } else {
        try (SSLSocket encrypted =
            (SSLSocket) tls.getSocketFactory().createSocket(client, null, true)) {
          // As PostgreSQL with a root certificate.
          encrypted.setWantClientAuth(true);
          behaviour.serve(encrypted.getInputStream(), encrypted.getOutputStream());
        }
      }
    } catch (IOException e) {
      return; // The reader has hung up, as it should.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
