package io.dbmigrations.operator.server;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open connections, oldest first: bounded in number and in age. */
final class Connections {

  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  private final int max;
  private final Duration lifetime;
  private final Map<Socket, Long> openedAt = new LinkedHashMap<>();

  Connections(int max, Duration lifetime) {
    this.max = max;
    this.lifetime = lifetime;
  }

  /** Takes one in. Where there are too many, the oldest has to go: it has had the most time. */
  synchronized void add(Socket socket) {
    if (openedAt.size() >= max) {
      close(openedAt.keySet().iterator().next());
    }
    openedAt.put(socket, System.nanoTime());
  }

  synchronized void remove(Socket socket) {
    openedAt.remove(socket);
  }

  synchronized int count() {
    return openedAt.size();
  }

  /** Closes those whose time is over, which also ends a write that nobody reads. */
  synchronized void sweep() {
    long now = System.nanoTime();
    while (!openedAt.isEmpty()) {
      Map.Entry<Socket, Long> oldest = openedAt.entrySet().iterator().next();
      if (now - oldest.getValue() < lifetime.toNanos()) {
        return;
      }
      close(oldest.getKey());
    }
  }

  synchronized void close() {
    while (!openedAt.isEmpty()) {
      close(openedAt.keySet().iterator().next());
    }
  }

  private void close(Socket socket) {
    openedAt.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("Closing a connection: {}", e.toString());
    }
  }
}
