package io.dbmigrations.operator.database;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hands the driver whole, checked messages of PostgreSQL's protocol. The driver believes the
 * lengths in them and makes room at once: five bytes of a server's would cost the operator
 * gigabytes. It also hashes a password as often as it is asked to.
 */
final class MessageInput extends InputStream {
  /** The longest that is awaited is a row of {@link VersionTableQuery#MAX_LENGTH} characters. */
  private static final int MAX_LENGTH = 64 * 1024;

  /** PostgreSQL asks for 4,096 unless it is told otherwise; this many take seconds. */
  private static final BigInteger MAX_ITERATIONS = BigInteger.valueOf(1_000_000);

  private static final int SASL_CONTINUE = 11;
  private static final Pattern ITERATIONS = Pattern.compile(",i=([0-9]+)");

  private final InputStream in;
  private boolean mayAnswerTlsRequest;
  private boolean encrypted;
  private ByteBuffer message = ByteBuffer.allocate(0);

  private MessageInput(InputStream in, boolean mayAnswerTlsRequest) {
    this.in = in;
    this.mayAnswerTlsRequest = mayAnswerTlsRequest;
  }

  /** What comes from the network: first perhaps the one letter that takes or declines TLS. */
  static MessageInput fromNetwork(InputStream in) {
    return new MessageInput(in, true);
  }

  static MessageInput decrypted(InputStream in) {
    return new MessageInput(in, false);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (!message.hasRemaining()) {
      if (encrypted) {
        return in.read(buffer, offset, length);
      }
      int type = in.read();
      if (type < 0) {
        return -1;
      }
      message = message(type);
    }
    int part = Math.min(length, message.remaining());
    message.get(buffer, offset, part);
    return part;
  }

  @Override
  public int available() throws IOException {
    return encrypted ? in.available() : message.remaining();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private ByteBuffer message(int type) throws IOException {
    boolean first = mayAnswerTlsRequest;
    mayAnswerTlsRequest = false;
    if (first && (type == 'S' || type == 'N')) {
      encrypted = type == 'S';
      return ByteBuffer.wrap(new byte[] {(byte) type});
    }
    byte[] lengthBytes = exactly(Integer.BYTES);
    int length = ByteBuffer.wrap(lengthBytes).getInt();
    if (length < Integer.BYTES || length > MAX_LENGTH) {
      throw notPostgresql();
    }
    byte[] content = exactly(length - Integer.BYTES);
    if (type == 'D') {
      checkRow(ByteBuffer.wrap(content));
    } else if (type == 'R') {
      checkLogin(ByteBuffer.wrap(content));
    }
    return ByteBuffer.allocate(1 + length).put((byte) type).put(lengthBytes).put(content).flip();
  }

  /** The one message with lengths inside. */
  private static void checkRow(ByteBuffer row) throws IOException {
    if (row.remaining() < Short.BYTES) {
      throw notPostgresql();
    }
    int fields = Short.toUnsignedInt(row.getShort());
    for (int i = 0; i < fields; i++) {
      int length = row.remaining() < Integer.BYTES ? Integer.MAX_VALUE : row.getInt();
      if (length < -1 || length > row.remaining()) {
        throw notPostgresql();
      }
      row.position(row.position() + Math.max(length, 0));
    }
  }

  private static void checkLogin(ByteBuffer login) throws IOException {
    if (login.remaining() < Integer.BYTES || login.getInt() != SASL_CONTINUE) {
      return;
    }
    Matcher asked = ITERATIONS.matcher(US_ASCII.decode(login));
    if (asked.find() && new BigInteger(asked.group(1)).compareTo(MAX_ITERATIONS) > 0) {
      throw new IOException("The server asks for more rounds of hashing than any password needs");
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("The server closed the connection within a message");
    }
    return bytes;
  }

  private static IOException notPostgresql() {
    return new IOException("The server does not answer as PostgreSQL does");
  }
}
