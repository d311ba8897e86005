package io.dbmigrations.operator.database;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between reader and server, writes down what is asked, and may be choosy as a pooler is.
 */
final class Relay implements Closeable {
  private final TestServer server;
  private final boolean refusesSearchPath;
  private final FakeServer listener;
  private final List<String> startups = new CopyOnWriteArrayList<>();
  private final List<String> statements = new CopyOnWriteArrayList<>();
  private final AtomicInteger syncs = new AtomicInteger();

  private Relay(TestServer server, boolean refusesSearchPath) throws IOException {
    this.server = server;
    this.refusesSearchPath = refusesSearchPath;
    listener = new FakeServer(null, this::serve);
  }

  static Relay to(TestServer server) throws IOException {
    return new Relay(server, false);
  }

  /** As PgBouncer, which refuses each parameter of the first packet that it cannot track. */
  static Relay ofAPoolerBefore(TestServer server) throws IOException {
    return new Relay(server, true);
  }

  /** The URL of the same database by way of this relay. */
  String url(TestDatabase database) {
    return database.url().replace(server.address(), "127.0.0.1:" + listener.port());
  }

  List<String> startups() {
    return startups;
  }

  /** The statements in the order in which they were sent. */
  List<String> statements() {
    return statements;
  }

  /** How often an answer was waited for; the BEGIN goes with what is sent after it. */
  int roundTrips() {
    return syncs.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void serve(InputStream in, OutputStream out) throws IOException {
    DataInputStream messages = new DataInputStream(in);
    int length = messages.readInt();
    byte[] startup = messages.readNBytes(length - Integer.BYTES);
    String text = new String(startup, StandardCharsets.UTF_8);
    startups.add(text.replace('\0', ' '));
    if (refusesSearchPath && text.contains("search_path")) {
      out.write(refusal("unsupported startup parameter: search_path"));
      return;
    }
    try (Socket socket = new Socket(server.host(), server.port())) {
      Thread.ofVirtual().start(() -> passOn(socket, out));
      OutputStream upstream = socket.getOutputStream();
      upstream.write(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
      upstream.write(startup);
      passOn(messages, upstream);
    }
  }

  private void passOn(DataInputStream messages, OutputStream upstream) throws IOException {
    while (true) {
      int type = messages.read();
      if (type < 0) {
        return;
      }
      int length = messages.readInt();
      byte[] content = messages.readNBytes(length - Integer.BYTES);
      write(type, content);
      upstream.write(
          ByteBuffer.allocate(1 + length).put((byte) type).putInt(length).put(content).array());
    }
  }

  private void write(int type, byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    switch (type) {
      // Parse has the statement's name first, which is empty.
      case 'P' -> statements.add(text.substring(1, text.indexOf('\0', 1)));
      case 'Q' -> statements.add(text.substring(0, text.indexOf('\0')));
      case 'S' -> syncs.incrementAndGet();
      default -> {}
    }
  }

  private static void passOn(Socket socket, OutputStream out) {
    try {
      socket.getInputStream().transferTo(out);
    } catch (IOException e) {
      return; // One of the two has hung up.
    }
  }

  private static byte[] refusal(String words) throws IOException {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    for (String field : List.of("SFATAL", "VFATAL", "C08P01", "M" + words, "")) {
      fields.write(field.getBytes(StandardCharsets.UTF_8));
      fields.write(0);
    }
    return ByteBuffer.allocate(5 + fields.size())
        .put((byte) 'E')
        .putInt(4 + fields.size())
        .put(fields.toByteArray())
        .array();
  }
}
