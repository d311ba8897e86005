package io.dbmigrations.operator.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The first lines of a request, as much of it as a probe sends. The headers do not matter here. */
record RequestHead(String method, String path) {

  // The kubelet sends some 100 bytes.
  private static final int MAX_BYTES = 8 * 1024;
  private static final int USUAL_BYTES = 256;
  private static final int PARTS = 3;

  /** What a client sent that is no request, and what it is told. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Answer answer;

    RefusedException(Answer answer) {
      super(answer.body());
      this.answer = answer;
    }

    Answer answer() {
      return answer;
    }
  }

  /**
   * Reads to the empty line that ends the headers.
   *
   * @throws EOFException when the client closes before
   */
  static RequestHead read(InputStream input) throws IOException, RefusedException {
    ByteArrayOutputStream head = new ByteArrayOutputStream(USUAL_BYTES);
    byte[] piece = new byte[USUAL_BYTES];
    int lineLength = 0;
    while (true) {
      int count = input.read(piece);
      if (count < 0) {
        throw new EOFException("closed before the request was complete");
      }
      for (int i = 0; i < count; i++) {
        if (piece[i] == '\n' && lineLength == 0) {
          head.write(piece, 0, i);
          return parse(head.toString(StandardCharsets.ISO_8859_1));
        }
        if (piece[i] == '\n') {
          lineLength = 0;
        } else if (piece[i] != '\r') {
          lineLength++;
        }
      }
      head.write(piece, 0, count);
      if (head.size() > MAX_BYTES) {
        throw new RefusedException(Answer.TOO_LARGE);
      }
    }
  }

  private static RequestHead parse(String head) throws RefusedException {
    String line = head.lines().findFirst().orElse("");
    String[] parts = line.split(" ", -1);
    if (parts.length != PARTS || !parts[2].startsWith("HTTP/1.")) {
      throw new RefusedException(Answer.BAD_REQUEST);
    }
    if (!parts[0].equals("GET") && !parts[0].equals("HEAD")) {
      throw new RefusedException(Answer.BAD_METHOD);
    }
    return new RequestHead(parts[0], parts[1].split("\\?", 2)[0]);
  }
}
