package io.dbmigrations.operator.database;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A socket that does not trust its server, which may be any program that a tenant runs. The
 * driver's timeouts bound each read alone, so one byte every few seconds would hold a thread for
 * ever.
 */
final class ShortLivedSocket extends Socket {
  private static final int MAX_BYTES = 4 * 1024 * 1024;

  private final long deadline;
  private final Reach reach;
  private @Nullable InputStream input;

  ShortLivedSocket(Duration lifetime, Reach reach) {
    deadline = System.nanoTime() + lifetime.toNanos();
    this.reach = reach;
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  /** Here the name is resolved already, so that it cannot turn into another address afterwards. */
  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    if (endpoint instanceof InetSocketAddress address && !address.isUnresolved()) {
      reach.check(address.getAddress());
    }
    super.connect(endpoint, timeout);
  }

  /** The same for the driver and for the TLS that it puts over this socket. */
  @Override
  public synchronized InputStream getInputStream() throws IOException {
    if (input == null) {
      input = MessageInput.fromNetwork(new BoundedInput(super.getInputStream()));
    }
    return input;
  }

  private final class BoundedInput extends FilterInputStream {
    private int received;

    private BoundedInput(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new IOException("The server took too long in all");
      }
      if (getSoTimeout() == 0 || getSoTimeout() > left) {
        setSoTimeout((int) left);
      }
      int read = super.read(buffer, offset, length);
      received += Math.max(read, 0);
      if (received > MAX_BYTES) {
        throw new IOException("The server sent more than a version table can hold");
      }
      return read;
    }
  }
}
