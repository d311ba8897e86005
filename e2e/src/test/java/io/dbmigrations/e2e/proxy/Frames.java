package io.dbmigrations.e2e.proxy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** Splits what a WebSocket server sends into frames; the API server sends one frame an event. */
final class Frames {
  private static final int CONTROL = 0x08;
  private static final int TEXT = 0x81;
  private static final int SHORT = 126;
  private static final int LONG = 127;

  private Buffer rest = Buffer.buffer();

  /** A frame with its header, as it came. */
  record Frame(Buffer bytes, int header) {
    boolean isControl() {
      return (bytes.getByte(0) & CONTROL) != 0;
    }

    Buffer payload() {
      return bytes.getBuffer(header, bytes.length());
    }
  }

  List<Frame> feed(Buffer bytes) {
    rest.appendBuffer(bytes);
    var frames = new ArrayList<Frame>();
    var start = 0;
    while (true) {
      var header = headerLength(start);
      if (header < 0) {
        break;
      }
      var end = start + header + payloadLength(start);
      if (rest.length() < end) {
        break;
      }
      frames.add(new Frame(rest.getBuffer(start, (int) end), header));
      start = (int) end;
    }
    rest = rest.getBuffer(start, rest.length());
    return frames;
  }

  static Buffer text(Buffer payload) {
    var frame = Buffer.buffer().appendUnsignedByte((short) TEXT);
    if (payload.length() < SHORT) {
      frame.appendUnsignedByte((short) payload.length());
    } else {
      frame.appendUnsignedByte((short) SHORT).appendUnsignedShort(payload.length());
    }
    return frame.appendBuffer(payload);
  }

  private int headerLength(int start) {
    if (rest.length() < start + 2) {
      return -1;
    }
    var header =
        switch (rest.getByte(start + 1) & 0x7f) {
          case SHORT -> 4;
          case LONG -> 10;
          default -> 2;
        };
    return rest.length() < start + header ? -1 : header;
  }

  private long payloadLength(int start) {
    var length = rest.getByte(start + 1) & 0x7f;
    return switch (length) {
      case SHORT -> rest.getUnsignedShort(start + 2);
      case LONG -> rest.getLong(start + 2);
      default -> length;
    };
  }
}
