package io.dbmigrations.operator.server;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the kubelet's probes, and Prometheus, whatever other clients do. Any Pod can reach the
 * port, so a client is never waited for: each connection carries one request, has two seconds in
 * all, and gives way to a newer one when there are too many. A probe needs a millisecond. The JDK's
 * own server can bound the time or the number of connections, but where the number is reached it
 * refuses the newest, which is the probe. Pages, which take longer to send, have bounds of their
 * own.
 */
public final class HealthServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HealthServer.class);

  private static final Duration LIFETIME = Duration.ofSeconds(2);

  // Some 10 kB each at most.
  private static final int MAX_CONNECTIONS = 256;

  // Ten thousand resources are some megabytes of metrics.
  private static final Duration PAGE_LIFETIME = Duration.ofSeconds(10);
  private static final int MAX_PAGES = 4;

  // Connections that the kernel keeps until they are accepted.
  private static final int BACKLOG = 4096;

  private static final int SWEEP_MILLIS = 200;

  private final ServerSocket listener;
  private final Map<String, Supplier<Answer>> answers;
  private final Map<String, Page> pages;
  private final Connections connections = new Connections(MAX_CONNECTIONS, LIFETIME);
  private final Connections readers = new Connections(MAX_PAGES, PAGE_LIFETIME);

  /**
   * A server; it answers once started.
   *
   * @param answers what is answered, by path
   * @param pages what is shown under other paths
   * @throws IOException when the port cannot be had
   */
  public HealthServer(int port, Map<String, Supplier<Answer>> answers, Map<String, Page> pages)
      throws IOException {
    this.answers = Map.copyOf(answers);
    this.pages = Map.copyOf(pages);
    listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.setSoTimeout(SWEEP_MILLIS);
    listener.bind(new InetSocketAddress(port), BACKLOG);
  }

  public void start() {
    Thread.ofPlatform().daemon().name("health").start(this::accept);
  }

  /** The port, also where any free one was asked for. */
  public int port() {
    return listener.getLocalPort();
  }

  /** How many connections are open. */
  int open() {
    return connections.count() + readers.count();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Closing the port of the probes", e);
    }
    connections.close();
    readers.close();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        connections.add(socket);
        Thread.startVirtualThread(() -> serve(socket));
      } catch (SocketTimeoutException e) {
        LOG.trace("No connection for {} ms", SWEEP_MILLIS, e);
      } catch (IOException e) {
        pauseAfter(e);
      }
      connections.sweep();
      readers.sweep();
    }
  }

  // Out of file descriptors, for example: the sweep gives some back.
  private void pauseAfter(IOException e) {
    if (!listener.isClosed()) {
      LOG.warn("A connection to the probes' port cannot be accepted: {}", e.toString());
      connections.close();
      try {
        TimeUnit.MILLISECONDS.sleep(SWEEP_MILLIS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      answer(socket);
      socket.shutdownOutput();
    } catch (IOException e) {
      LOG.debug("A client of the probes' port went away or was too slow: {}", e.toString());
    } finally {
      connections.remove(socket);
      readers.remove(socket);
    }
  }

  private void answer(Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    try {
      RequestHead request = RequestHead.read(socket.getInputStream());
      Page page = pages.get(request.path());
      if (page == null) {
        out.write(answer(request));
      } else {
        connections.remove(socket);
        readers.add(socket);
        show(page, request, out);
      }
    } catch (RequestHead.RefusedException e) {
      out.write(e.answer().message(true));
    }
  }

  private byte[] answer(RequestHead request) {
    try {
      Supplier<Answer> answer = answers.getOrDefault(request.path(), () -> Answer.NOT_FOUND);
      return answer.get().message(request.method().equals("GET"));
    } catch (RuntimeException e) {
      LOG.error("A probe cannot be answered", e);
      return Answer.FAILED.message(true);
    }
  }

  // A defect cuts it off, which the client notices.
  private static void show(Page page, RequestHead request, OutputStream out) throws IOException {
    out.write(Answer.head(page.contentType()));
    if (request.method().equals("GET")) {
      try {
        ChunkedOutput body = new ChunkedOutput(out);
        page.writeTo(body);
        body.finish();
      } catch (RuntimeException e) {
        LOG.error("A page cannot be shown", e);
      }
    }
  }
}
