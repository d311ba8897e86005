package io.dbmigrations.operator.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** An API server that has Secrets and ConfigMaps alone, and answers as it is told. */
public final class SecretServer implements AutoCloseable {

  private record Answer(int code, String body) {}

  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final HttpServer server;
  private final KubernetesClient client;
  private final AtomicInteger requests = new AtomicInteger();

  public SecretServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    client = Clients.of(server);
  }

  public KubernetesClient client() {
    return client;
  }

  /** There is a Secret of that version with this under the key. */
  public void put(String namespace, String name, String version, String key, String value) {
    putEncoded(namespace, name, version, key, encoded(value));
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
                    .withMetadata(metadata(namespace, name, version))
                    .withData(Map.of(key, encoded))
                    .build())));
  }

  /** There is a Secret of that version with these keys. */
  public void put(String namespace, String name, String version, Map<String, String> values) {
    answers.put(
        path(namespace, name),
        new Answer(
            200,
            Serialization.asJson(
                new SecretBuilder()
                    .withMetadata(metadata(namespace, name, version))
                    .withData(
                        values.entrySet().stream()
                            .collect(
                                Collectors.toMap(Map.Entry::getKey, e -> encoded(e.getValue()))))
                    .build())));
  }

  /** There is a ConfigMap of that version with these keys. */
  public void putConfigMap(
      String namespace, String name, String version, Map<String, String> values) {
    answers.put(
        configMapPath(namespace, name),
        new Answer(
            200,
            Serialization.asJson(
                new ConfigMapBuilder()
                    .withMetadata(metadata(namespace, name, version))
                    .withData(values)
                    .build())));
  }

  /** Asked for the ConfigMap, the server fails. */
  public void failConfigMap(String namespace, String name, int code, String reason) {
    answers.put(configMapPath(namespace, name), new Answer(code, status(code, reason)));
  }

  /** Asked for the Secret, the server fails. */
  public void fail(String namespace, String name, int code, String reason) {
    answers.put(path(namespace, name), new Answer(code, status(code, reason)));
  }

  /** How often it was asked for anything. */
  public int requests() {
    return requests.get();
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
    requests.incrementAndGet();
    Answer answer =
        answers.getOrDefault(
            exchange.getRequestURI().getPath(), new Answer(404, status(404, "NotFound")));
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.code(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static ObjectMeta metadata(String namespace, String name, String version) {
    return new ObjectMetaBuilder()
        .withNamespace(namespace)
        .withName(name)
        .withResourceVersion(version)
        .build();
  }

  private static String encoded(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }

  private static String configMapPath(String namespace, String name) {
    return "/api/v1/namespaces/%s/configmaps/%s".formatted(namespace, name);
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
