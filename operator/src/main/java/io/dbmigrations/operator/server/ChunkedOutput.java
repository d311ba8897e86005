package io.dbmigrations.operator.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A body whose length is not known beforehand, as HTTP/1.1 sends it. Whoever reads it can tell one
 * that was cut off from one that is complete.
 */
final class ChunkedOutput extends OutputStream {

  private static final byte[] END_OF_LINE = {'\r', '\n'};

  private final OutputStream out;
  private final byte[] buffer = new byte[16 * 1024];
  private int count;

  ChunkedOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    if (count == buffer.length) {
      send();
    }
    buffer[count++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (count == buffer.length) {
        send();
      }
      int piece = Math.min(length - done, buffer.length - count);
      System.arraycopy(bytes, offset + done, buffer, count, piece);
      count += piece;
      done += piece;
    }
  }

  /** Says that this was all. */
  void finish() throws IOException {
    send();
    out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private void send() throws IOException {
    if (count == 0) {
      return;
    }
    out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(buffer, 0, count);
    out.write(END_OF_LINE);
    count = 0;
  }
}
