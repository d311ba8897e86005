package io.dbmigrations.e2e.proxy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Lets the events of one watch pass, or does to them what it was told to. Runs on one thread. */
final class EventFilter {
  /** How long events are withheld, and how long the other faults of events last. */
  static final Duration TIME = Duration.ofSeconds(6);

  private static final Duration OVERTAKING = Duration.ofSeconds(2);
  private static final Pattern UID = Pattern.compile("\"uid\":\"([0-9a-f-]{36})\"");

  private final Vertx vertx;
  private final String path;
  private final Consumer<Buffer> out;
  private final List<Buffer> held = new ArrayList<>();
  private Mode mode = Mode.PASS;
  private long timer = -1;

  private enum Mode {
    PASS,
    DROP,
    HOLD,
    TWICE,
    SWAP
  }

  EventFilter(Vertx vertx, String path, Consumer<Buffer> out) {
    this.vertx = vertx;
    this.path = path;
    this.out = out;
  }

  void begin(WatchFault fault) {
    release();
    switch (fault) {
      case FREEZE, MUTE -> mode = Mode.DROP;
      case WITHHOLD -> forAWhile(Mode.HOLD);
      case DUPLICATE -> forAWhile(Mode.TWICE);
      // what happens to Jobs and Pods is heard of after what happens to the resource, or before
      case REORDER -> forAWhile(path.endsWith("/pods") ? Mode.HOLD : Mode.SWAP);
      case CUT, EXPIRE, STALE_LIST -> mode = Mode.PASS;
    }
  }

  void accept(Buffer event) {
    switch (mode) {
      case PASS -> out.accept(event);
      case DROP -> {}
      case HOLD -> held.add(event);
      case TWICE -> {
        out.accept(event);
        out.accept(event);
      }
      case SWAP -> swap(event);
    }
  }

  private void swap(Buffer event) {
    if (held.isEmpty()) {
      held.add(event);
      timer = vertx.setTimer(OVERTAKING.toMillis(), expired -> release());
      return;
    }
    var first = held.getFirst();
    // of one object's versions the API server never sends the later one first
    if (uid(first).equals(uid(event))) {
      release();
      out.accept(event);
    } else {
      out.accept(event);
      release();
    }
  }

  private void forAWhile(Mode begun) {
    mode = begun;
    vertx.setTimer(
        TIME.toMillis(),
        expired -> {
          mode = mode == begun ? Mode.PASS : mode;
          release();
        });
  }

  private void release() {
    vertx.cancelTimer(timer);
    var events = List.copyOf(held);
    held.clear();
    events.forEach(out);
  }

  private static String uid(Buffer event) {
    // bounded, and before the specification: the text is the API server's
    var found = UID.matcher(event.toString());
    return found.find() ? found.group(1) : "";
  }
}
