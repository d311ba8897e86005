package io.dbmigrations.training;

import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.vertx.Protocol;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/** An API server in memory that is spoken to as a real one: by TLS, HTTP/2 and WebSockets. */
final class ApiServer implements AutoCloseable {

  private static final long NEVER = 0;

  // It tells of each request.
  private static final Logger WORDS = Logger.getLogger(MockWebServer.class.getName());

  private final MockWebServer web = new MockWebServer();
  private final AtomicLong firstStatus = new AtomicLong(NEVER);
  private final KubernetesMockServer server;

  ApiServer() {
    WORDS.setLevel(Level.WARNING);
    web.setProtocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
    server = new KubernetesMockServer(new Context(), web, new HashMap<>(), new Dispatcher(), true);
    server.init(InetAddress.getLoopbackAddress(), 0);
  }

  String address() {
    return "https://localhost:" + server.getPort();
  }

  Path certificate() {
    return Path.of(web.getSelfSignedCertificate().certificatePath());
  }

  Path key() {
    return Path.of(web.getSelfSignedCertificate().privateKeyPath());
  }

  NamespacedKubernetesClient client() {
    return server.createClient();
  }

  /** When the first status was written, on the clock of {@link System#nanoTime}. */
  OptionalLong firstStatus() {
    long at = firstStatus.get();
    return at == NEVER ? OptionalLong.empty() : OptionalLong.of(at);
  }

  /** Takes the next status for the first one. */
  void forgetFirstStatus() {
    firstStatus.set(NEVER);
  }

  @Override
  public void close() {
    server.destroy();
  }

  private final class Dispatcher extends KubernetesCrudDispatcher {

    @Override
    public MockResponse dispatch(RecordedRequest request) {
      String path = request.getPath();
      if (!request.getMethod().equals("GET") && path.endsWith("/status")) {
        firstStatus.compareAndSet(NEVER, System.nanoTime());
      }
      return path.endsWith("/selfsubjectrulesreviews")
          ? everythingIsAllowed()
          : super.dispatch(request);
    }

    private static MockResponse everythingIsAllowed() {
      return new MockResponse()
          .setResponseCode(201)
          .setHeader("Content-Type", "application/json")
          .setBody(
              """
              {"kind": "SelfSubjectRulesReview", "apiVersion": "authorization.k8s.io/v1", "spec": {},
               "status": {"incomplete": false, "nonResourceRules": [],
                "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]}}
              """);
    }
  }
}
