package io.dbmigrations.operator.testing;

import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** An API server in memory that keeps objects, and refuses what it is told to refuse. */
public final class FakeApi implements AutoCloseable {

  private final Map<String, MockResponse> refusals = new ConcurrentHashMap<>();
  private final Map<String, Duration> delays = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(), new MockWebServer(), new HashMap<>(), new Dispatcher(), false);

  public FakeApi() {
    this(0);
  }

  public FakeApi(int port) {
    server.init(InetAddress.getLoopbackAddress(), port);
  }

  /** Answers every request whose method and path begin so with this status. */
  public void refuse(String begin, int status, Map<String, String> headers) {
    MockResponse response =
        new MockResponse()
            .setResponseCode(status)
            .setHeader("Content-Type", "application/json")
            .setBody(
                """
                {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %d, "message": "refused by the test"}
                """
                    .formatted(status));
    headers.forEach(response::setHeader);
    refusals.put(begin, response);
  }

  public void refuse(String begin, int status) {
    refuse(begin, status, Map.of());
  }

  /** Answers every request whose method and path begin so with this text. */
  public void say(String begin, String text) {
    refusals.put(
        begin,
        new MockResponse()
            .setResponseCode(200)
            .setHeader("Content-Type", "text/plain")
            .setBody(text));
  }

  public void allow(String begin) {
    refusals.remove(begin);
  }

  /** Answers every request whose method and path begin so after that time. */
  public void delay(String begin, Duration time) {
    delays.put(begin, time);
  }

  public int port() {
    return server.getPort();
  }

  public String address() {
    return "http://127.0.0.1:" + port();
  }

  public NamespacedKubernetesClient client() {
    return server.createClient();
  }

  /** Method and path of each request, in order. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.destroy();
  }

  private final class Dispatcher extends KubernetesCrudDispatcher {

    @Override
    public MockResponse dispatch(RecordedRequest request) {
      String line = request.getMethod() + " " + request.getPath();
      requests.add(line);
      Optional<MockResponse> refusal =
          refusals.entrySet().stream()
              .filter(entry -> line.startsWith(entry.getKey()))
              .map(Map.Entry::getValue)
              .findFirst();
      if (refusal.isPresent()) {
        return refusal.get();
      }
      MockResponse response =
          line.endsWith("/selfsubjectrulesreviews")
              ? everythingIsAllowed()
              : super.dispatch(request);
      delays.forEach((begin, time) -> {
        if (line.startsWith(begin)) {
          response.setBodyDelay(time.toMillis(), TimeUnit.MILLISECONDS);
        }
      });
      return response;
    }

    private MockResponse everythingIsAllowed() {
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
