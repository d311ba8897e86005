package io.dbmigrations.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.dbmigrations.operator.testing.Clients;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathValidatorException;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of an API server of which no status came: what was seen, and nothing else. */
class PreconditionsTest {

  private static final String PAGE = "<html>Log in with token=opensesame</html>";

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] page = PAGE.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void blameAnAnswerThatCannotBeReadOnWhatAnswers() {
    assertThat(missing())
        .startsWith("what answers a list of databasemigrations.dbmigrations.io in all namespaces")
        .contains("cannot be read as an API server's answer", "no proxy answers in its place")
        .doesNotContain("does not answer", "opensesame", "html");
  }

  @Test
  void blameACertificateThatIsNotTrustedOnTheAuthority() {
    SSLHandshakeException untrusted = new SSLHandshakeException("handshake");
    untrusted.initCause(new CertPathValidatorException("no path to a trusted root"));
    assertThat(words(untrusted))
        .startsWith("no TLS connection")
        .contains("no path to a trusted root", "ca.crt");
  }

  @Test
  void sayOfAServerThatIsSilentThatItDoesNotAnswer() {
    assertThat(words(new SocketTimeoutException("timeout")))
        .startsWith("the API server at https://api does not answer")
        .contains("timeout");
  }

  @Test
  void blameADefectOfTheClientOnTheClient() {
    assertThat(words(new IllegalStateException("of the client")))
        .startsWith("the operator's client failed at a list of the API server at https://api")
        .contains("of the client", "report it");
  }

  private static String words(Exception cause) {
    return NoAnswer.words("https://api", "a list", new IllegalArgumentException("wrapped", cause));
  }

  private String missing() {
    try (KubernetesClient client = Clients.of(server)) {
      return new Preconditions(client, Set.of(), null).missing().orElseThrow();
    }
  }
}
