package io.dbmigrations.e2e.proxy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;

/** A watch that is open, as a WebSocket or as an answer that does not end. */
final class Watch {
  private static final String EXPIRED =
      """
      {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
      "message":"too old resource version","reason":"Expired","code":410}}
      """;

  private final EventFilter events;
  private final Consumer<String> sayToClient;
  private final Runnable closeBoth;
  private boolean frozen;

  private Watch(EventFilter events, Consumer<String> sayToClient, Runnable closeBoth) {
    this.events = events;
    this.sayToClient = sayToClient;
    this.closeBoth = closeBoth;
  }

  /** Both sides have agreed on a WebSocket. */
  static Watch ofWebSocket(Vertx vertx, Call call, NetSocket client, NetSocket server) {
    var watch =
        new Watch(
            new EventFilter(vertx, call.path(), client::write),
            text -> client.write(Frames.text(Buffer.buffer(text.strip()))),
            () -> {
              client.close();
              server.close();
            });
    var frames = new Frames();
    server.handler(bytes ->
        frames
            .feed(bytes)
            .forEach(frame -> {
              if (!frame.isControl()) {
                watch.events.accept(frame.bytes());
              } else if (!watch.frozen) {
                client.write(frame.bytes());
              }
            }));
    client.handler(bytes -> {
      if (!watch.frozen) {
        server.write(bytes);
      }
    });
    server.closeHandler(closed -> watch.ended(client::close));
    client.closeHandler(closed -> server.close());
    return watch;
  }

  /** An event a line. */
  static Watch ofLines(
      Vertx vertx, Call call, HttpServerResponse client, HttpClientResponse server) {
    var watch =
        new Watch(
            new EventFilter(vertx, call.path(), client::write),
            client::write,
            () -> {
              client.reset();
              server.request().reset();
            });
    var lines = new Lines(watch.events::accept);
    server.handler(lines::feed);
    server.endHandler(end -> watch.ended(client::end));
    server.exceptionHandler(failure -> watch.ended(client::reset));
    client.exceptionHandler(failure -> server.request().reset());
    client.closeHandler(closed -> server.request().reset());
    return watch;
  }

  void begin(WatchFault fault) {
    switch (fault) {
      case FREEZE -> frozen = true;
      case CUT -> closeBoth.run();
      case EXPIRE, STALE_LIST -> {
        sayToClient.accept(EXPIRED);
        closeBoth.run();
      }
      default -> {}
    }
    events.begin(fault);
  }

  /** What is frozen stays open, whatever the API server does. */
  private void ended(Runnable close) {
    if (!frozen) {
      close.run();
    }
  }

  /** Splits bytes into lines, each with its end. */
  private static final class Lines {
    private final Consumer<Buffer> out;
    private Buffer rest = Buffer.buffer();

    Lines(Consumer<Buffer> out) {
      this.out = out;
    }

    void feed(Buffer bytes) {
      rest.appendBuffer(bytes);
      var start = 0;
      for (int i = 0; i < rest.length(); i++) {
        if (rest.getByte(i) == '\n') {
          out.accept(rest.getBuffer(start, i + 1));
          start = i + 1;
        }
      }
      rest = rest.getBuffer(start, rest.length());
    }
  }
}
