package io.dbmigrations.operator.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Any Pod can reach the port of the probes: whatever it does there, they are answered. */
class HostileClientsTest {

  private static final int MANY = 600;
  private static final int MAX_OPEN = 256;
  // More than the kernel buffers.
  private static final int LARGE = 8 * 1024 * 1024;
  private static final int MAX_READERS = 4;
  private static final Duration SOON = Duration.ofSeconds(1);

  // What the chart's probes allow; a flood also takes processor time from this test itself.
  private static final Duration PROBE = Duration.ofSeconds(2);

  private static final Duration PAUSE = Duration.ofMillis(5);

  private final List<Socket> sockets = new ArrayList<>();
  private HealthServer server;

  @BeforeEach
  void start() throws IOException {
    Answer large = Answer.unavailable("x".repeat(LARGE));
    server =
        new HealthServer(
            0,
            Map.of("/healthz", Answer::ok, "/large", () -> large),
            Map.of("/page", new LargePage()));
    server.start();
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
  }

  @Test
  void answersWhileHundredsSendHalfARequestAndNoMore() throws Exception {
    connect(MANY, "GET /hea");

    assertProbesAreAnswered(SOON);
    assertThat(server.open()).isLessThanOrEqualTo(MAX_OPEN);
  }

  @Test
  void answersWhileHundredsConnectAndSayNothing() throws Exception {
    connect(MANY, "");

    assertProbesAreAnswered(SOON);
  }

  @Test
  void answersWhileHundredsSendAByteNowAndThen() throws Exception {
    connect(MANY / 3, "GET /healthz HTTP/1.1\r\n");
    AtomicBoolean over = new AtomicBoolean();
    Thread drip =
        Thread.startVirtualThread(() -> {
          while (!over.get()) {
            sockets.forEach(socket -> sendOrIgnore(socket, "x"));
          }
        });

    assertProbesAreAnswered(PROBE);
    await().atMost(Duration.ofSeconds(4)).until(() -> server.open() == 0);
    over.set(true);
    drip.join();
  }

  @Test
  void answersWhileOthersSendHeadersWithoutAnEnd() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      senders.add(Thread.startVirtualThread(() -> sendHeadersUntil(over)));
    }

    assertProbesAreAnswered(PROBE);
    over.set(true);
    for (Thread sender : senders) {
      sender.join();
    }
  }

  @Test
  void answersWhileOthersDoNotReadTheirAnswer() throws Exception {
    connect(10, "GET /large HTTP/1.1\r\n\r\n");

    assertProbesAreAnswered(PROBE);
    await().atMost(Duration.ofSeconds(5)).until(() -> server.open() == 0);
  }

  @Test
  void answersWhileOthersDoNotReadAPageAndShowsItToWhoeverComesNext() throws Exception {
    connect(MANY / 10, "GET /page HTTP/1.1\r\n\r\n");

    assertProbesAreAnswered(PROBE);
    await().atMost(Duration.ofSeconds(5)).until(() -> server.open() <= MAX_READERS);
    try (Socket reader = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      reader.getOutputStream().write("GET /page HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      byte[] all = reader.getInputStream().readAllBytes();
      assertThat(new String(all, US_ASCII)).endsWith("\r\n0\r\n\r\n");
    }
  }

  private static final class LargePage implements Page {
    @Override
    public String contentType() {
      return "text/plain";
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      byte[] piece = "x".repeat(1024).getBytes(US_ASCII);
      for (int i = 0; i < LARGE / piece.length; i++) {
        out.write(piece);
      }
    }
  }

  @Test
  void answersWhileHundredsHaveClosedTheirHalf() throws Exception {
    connect(MANY / 3, "GET /hea");
    for (Socket socket : sockets) {
      socket.shutdownOutput();
    }

    assertProbesAreAnswered(SOON);
  }

  @Test
  void answersWhileConnectionsComeAsFastAsTheyCan() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Thread flood =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                floodOnce();
              }
            });

    assertProbesAreAnswered(PROBE);
    over.set(true);
    flood.join();
  }

  @Test
  void closesWhatHasHadItsTime() throws Exception {
    connect(20, "GET /hea");

    await().atMost(SOON).until(() -> server.open() == 20);
    await().atMost(Duration.ofSeconds(3)).until(() -> server.open() == 0);
  }

  private void assertProbesAreAnswered(Duration within) throws Exception {
    for (int i = 0; i < 10; i++) {
      // As the kubelet does: a new connection for each.
      try (HttpClient client = HttpClient.newBuilder().connectTimeout(within).build()) {
        HttpResponse<String> response =
            client.send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/healthz".formatted(server.port())))
                    .timeout(within)
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.body()).isEqualTo("ok\n");
      }
    }
  }

  private void connect(int count, String text) throws IOException {
    for (int i = 0; i < count; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
      sockets.add(socket);
      sendOrIgnore(socket, text);
    }
  }

  private void floodOnce() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      sendOrIgnore(socket, "G");
    } catch (IOException full) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void sendHeadersUntil(AtomicBoolean over) {
    while (!over.get()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        OutputStream output = socket.getOutputStream();
        output.write("GET /healthz HTTP/1.1\r\n".getBytes(US_ASCII));
        byte[] header = ("X-Large: " + "x".repeat(4_000) + "\r\n").getBytes(US_ASCII);
        while (!over.get()) {
          output.write(header);
        }
      } catch (IOException closed) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  // Once the server has closed a connection, nothing can be sent on it.
  private static void sendOrIgnore(Socket socket, String text) {
    try {
      socket.getOutputStream().write(text.getBytes(US_ASCII));
    } catch (IOException closed) {
      assertThat(socket.isConnected()).isTrue();
    }
  }
}
