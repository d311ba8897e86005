package io.dbmigrations.operator.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthServerTest {

  // More than a chunk, with what takes two bytes.
  private static final String TEXT = "ä metric\n".repeat(5_000);
  private static final Page PAGE = page(out -> out.write(TEXT.getBytes(UTF_8)));
  private static final Page HALF =
      page(out -> {
        out.write("the first".getBytes(UTF_8));
        throw new IllegalStateException("a defect");
      });

  private HealthServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        new HealthServer(
            0,
            Map.of(
                "/healthz",
                Answer::ok,
                "/readyz",
                () -> Answer.unavailable("the operator is starting"),
                "/broken",
                () -> {
                  throw new IllegalStateException("a defect");
                }),
            Map.of("/page", PAGE, "/half", HALF));
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET /healthz HTTP/1.1,           HTTP/1.1 200 OK",
    "GET /healthz?verbose HTTP/1.1,   HTTP/1.1 200 OK",
    "GET /healthz HTTP/1.0,           HTTP/1.1 200 OK",
    "HEAD /healthz HTTP/1.1,          HTTP/1.1 200 OK",
    "GET /readyz HTTP/1.1,            HTTP/1.1 503 Service Unavailable",
    "GET /broken HTTP/1.1,            HTTP/1.1 500 Internal Server Error",
    "GET /other HTTP/1.1,             HTTP/1.1 404 Not Found",
    "POST /healthz HTTP/1.1,          HTTP/1.1 405 Method Not Allowed",
    "GET /healthz,                    HTTP/1.1 400 Bad Request",
    "'',                              HTTP/1.1 400 Bad Request"
  })
  void answersEachRequestWithItsStatus(String request, String status) throws IOException {
    assertThat(exchange(request + "\r\nHost: operator\r\n\r\n")).startsWith(status + "\r\n");
  }

  @Test
  void saysInTheBodyWhyItIsNotReady() throws IOException {
    assertThat(exchange("GET /readyz HTTP/1.1\r\n\r\n"))
        .contains("Content-Length: 25\r\n")
        .endsWith("\r\n\r\nthe operator is starting\n");
  }

  @Test
  void sendsNoBodyToHead() throws IOException {
    assertThat(exchange("HEAD /readyz HTTP/1.1\r\n\r\n")).endsWith("\r\n\r\n");
  }

  @Test
  void isUnderstoodByTheCheckOfHelmTest() throws Exception {
    assertThat(HealthCheck.of(address("/healthz"))).endsWith("/healthz answers ok");
    assertThatIOException()
        .isThrownBy(() -> HealthCheck.of(address("/readyz")))
        .withMessageContaining("answers 503: the operator is starting");
  }

  @Test
  void showsAPageWhoseLengthNobodyKnowsBeforehand() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(address("/page")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; of=metrics");
      assertThat(response.body()).isEqualTo(TEXT);
    }
    assertThat(exchange("HEAD /page HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .endsWith("\r\n\r\n");
  }

  /** What comes of it must not be taken for all. */
  @Test
  void cutsAPageOffThatFailsInTheMiddle() {
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThatIOException()
          .isThrownBy(() ->
              client.send(
                  HttpRequest.newBuilder(address("/half")).build(),
                  HttpResponse.BodyHandlers.ofString()));
    }
  }

  private interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  private static Page page(Body body) {
    return new Page() {
      @Override
      public String contentType() {
        return "text/plain; of=metrics";
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        body.writeTo(out);
      }
    };
  }

  private URI address(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path));
  }

  private String exchange(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }
}
