package io.dbmigrations.operator.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** Forwards connections, and can make those that are open silent without closing them. */
public final class FreezingProxy implements AutoCloseable {

  private record Tunnel(Socket client, Socket server, AtomicBoolean frozen) {}

  private final List<Tunnel> tunnels = new CopyOnWriteArrayList<>();
  private final ServerSocket listener;
  private final int target;

  public FreezingProxy(int target) throws IOException {
    this.target = target;
    listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  public String address() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /** From here on nothing passes on the connections that are open; new ones are as before. */
  public void freeze() {
    tunnels.forEach(tunnel -> tunnel.frozen.set(true));
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Tunnel tunnel : tunnels) {
      tunnel.client.close();
      tunnel.server.close();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        Tunnel tunnel = new Tunnel(client, server, new AtomicBoolean());
        tunnels.add(tunnel);
        Thread.startVirtualThread(() -> copy(tunnel, client, server));
        Thread.startVirtualThread(() -> copy(tunnel, server, client));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  // What arrives on a frozen connection is swallowed: its sender sees nothing of that.
  private static void copy(Tunnel tunnel, Socket from, Socket to) {
    try (from;
        to) {
      InputStream input = from.getInputStream();
      OutputStream output = to.getOutputStream();
      byte[] piece = new byte[8192];
      for (int count = input.read(piece); count >= 0; count = input.read(piece)) {
        if (!tunnel.frozen.get()) {
          output.write(piece, 0, count);
        }
      }
    } catch (IOException closed) {
      tunnel.frozen.set(true);
    }
  }
}
