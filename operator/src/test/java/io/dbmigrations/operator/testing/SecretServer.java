package io.dbmigrations.operator.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** An API server that has Secrets alone, and answers as it is told. */
public final class SecretServer implements AutoCloseable {

  private record Answer(int code, String body) {}

  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final HttpServer server;
  private final KubernetesClient client;

  public SecretServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withAutoConfigure(false)
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
  }

  public KubernetesClient client() {
    return client;
  }

  /** There is a Secret of that version with this under the key. */
  public void put(String namespace, String name, String version, String key, String value) {
    String encoded = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    putEncoded(namespace, name, version, key, encoded);
  }

  /** The same with a value that is taken as it is. */
  public void putEncoded(
      String namespace, String name, String version, String key, String encoded) {
    answers.put(
        path(namespace, name),
        new Answer(
            200,
            Serialization.asJson(
                new SecretBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(name)
                    .withResourceVersion(version)
                    .endMetadata()
                    .withData(Map.of(key, encoded))
                    .build())));
  }

  /** Asked for the Secret, the server fails. */
  public void fail(String namespace, String name, int code, String reason) {
    answers.put(path(namespace, name), new Answer(code, status(code, reason)));
  }

  /** Nobody listens any more. */
  public void stop() {
    server.stop(0);
  }

  @Override
  public void close() {
    client.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    Answer answer =
        answers.getOrDefault(
            exchange.getRequestURI().getPath(), new Answer(404, status(404, "NotFound")));
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.code(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String path(String namespace, String name) {
    return "/api/v1/namespaces/%s/secrets/%s".formatted(namespace, name);
  }

  private static String status(int code, String reason) {
    return Serialization.asJson(
        new StatusBuilder()
            .withStatus("Failure")
            .withCode(code)
            .withReason(reason)
            .withMessage("words of the server")
            .build());
  }
}
