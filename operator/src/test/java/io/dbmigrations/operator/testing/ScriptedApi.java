package io.dbmigrations.operator.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An API server that keeps objects with their versions, and that fails as it is told to: with a
 * status, or by doing what it is asked for and losing the answer. It shows what is sent and what is
 * done about answers; it is no evidence of how a cluster behaves.
 */
public final class ScriptedApi implements AutoCloseable {

  /** What was asked for. */
  public record Request(String method, String path, String body) {}

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ANSWER_LOST = -1;
  private static final Pattern LOG = Pattern.compile(".*/pods/([^/]+)/log");

  private final Map<String, JsonNode> objects = new TreeMap<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final Map<String, String> refusals = new ConcurrentHashMap<>();
  private final Map<String, String> logs = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final KubernetesClient client;
  private int version = 100;

  public ScriptedApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::serve);
    server.setExecutor(Executors.newSingleThreadExecutor());
    server.start();
    client = Clients.of(server);
  }

  public KubernetesClient client() {
    return client;
  }

  /** It has this object, as it is. */
  public void has(HasMetadata object, String plural) {
    String group =
        object.getApiVersion().contains("/")
            ? "/apis/" + object.getApiVersion()
            : "/api/" + object.getApiVersion();
    objects.put(
        "%s/namespaces/%s/%s/%s"
            .formatted(
                group, object.getMetadata().getNamespace(), plural, object.getMetadata().getName()),
        JSON.valueToTree(object));
  }

  /** The container of that Pod has written this. */
  public void logs(String pod, String text) {
    logs.put(pod, text);
  }

  /** Whether it has an object of that plural and name. */
  public boolean holds(String plural, String name) {
    return objects.keySet().stream().anyMatch(path -> path.endsWith("/" + plural + "/" + name));
  }

  /** Answers with that status, and does nothing, where method and path begin and end so. */
  public void fail(String method, String plural, int status) {
    failures.put(method + " " + plural, status);
  }

  /** Calls what has that word in it invalid, in these words. */
  public void refuse(String word, String message) {
    refusals.put(word, message);
  }

  /** Does what it is asked for, and then closes the connection. */
  public void loseAnswers(String method, String plural) {
    failures.put(method + " " + plural, ANSWER_LOST);
  }

  public void recover() {
    failures.clear();
  }

  /** Nobody listens any more. */
  public void stopListening() {
    server.stop(0);
  }

  /** What was written: all but what was only read. */
  public List<Request> writes() {
    return requests.stream().filter(request -> !request.method().equals("GET")).toList();
  }

  @Override
  public void close() {
    client.close();
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    requests.add(new Request(method, path, body));
    int failure =
        failures.entrySet().stream()
            .filter(entry -> matches(entry.getKey(), method, path))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(0);
    if (failure > 0) {
      answer(exchange, failure, status(failure));
      return;
    }
    Optional<String> refusal =
        refusals.keySet().stream().filter(body::contains).map(refusals::get).findFirst();
    if (refusal.isPresent()) {
      answer(exchange, 422, status(422, refusal.get()));
      return;
    }
    Matcher log = LOG.matcher(path);
    if (log.matches() && logs.containsKey(log.group(1))) {
      answer(exchange, 200, "text/plain", logs.get(log.group(1)));
      return;
    }
    JsonNode done = handle(method, path, body);
    if (failure == ANSWER_LOST) {
      exchange.close();
      return;
    }
    int code = done.path("kind").asText().equals("Status") ? done.path("code").asInt() : 200;
    answer(exchange, code, done);
  }

  private static boolean matches(String rule, String method, String path) {
    String[] parts = rule.split(" ", 2);
    return parts[0].equals(method) && path.contains("/" + parts[1]);
  }

  private JsonNode handle(String method, String path, String body) throws IOException {
    return switch (method) {
      case "GET" -> get(path);
      case "POST" -> create(path, (ObjectNode) JSON.readTree(body));
      case "PUT" -> replace(path.replaceAll("/status$", ""), (ObjectNode) JSON.readTree(body));
      case "PATCH" -> patch(path, (ObjectNode) JSON.readTree(body));
      case "DELETE" -> delete(path, JSON.readTree(body).at("/preconditions"));
      default -> status(405);
    };
  }

  private JsonNode get(String path) {
    JsonNode object = objects.get(path);
    // A name follows a plural; a plural without one is a list.
    if (object != null || path.split("/", -1).length % 2 == (path.startsWith("/apis") ? 0 : 1)) {
      return object == null ? status(404) : object;
    }
    ObjectNode list = JSON.createObjectNode().put("kind", "List").put("apiVersion", "v1");
    objects.forEach((key, item) -> {
      if (key.startsWith(path + "/")) {
        list.withArray("items").add(item);
      }
    });
    return list;
  }

  private JsonNode create(String collection, ObjectNode object) {
    String path = collection + "/" + object.at("/metadata/name").asText();
    if (objects.containsKey(path)) {
      return status(409);
    }
    object.withObject("metadata").put("uid", "uid-" + ++version);
    return store(path, object);
  }

  private JsonNode replace(String path, ObjectNode object) {
    JsonNode live = objects.get(path);
    if (live == null) {
      return status(404);
    }
    boolean same =
        live.at("/metadata/resourceVersion").equals(object.at("/metadata/resourceVersion"))
            && live.at("/metadata/uid").equals(object.at("/metadata/uid"));
    return same ? store(path, object) : status(409);
  }

  private JsonNode patch(String path, ObjectNode patch) throws IOException {
    ObjectNode live = (ObjectNode) objects.get(path);
    if (live == null) {
      return status(404);
    }
    return isOf(patch.path("metadata"), live)
        ? store(path, JSON.readerForUpdating(live).readValue(patch))
        : status(409);
  }

  private JsonNode delete(String path, JsonNode preconditions) {
    JsonNode live = objects.get(path);
    if (live == null) {
      return status(404);
    }
    if (!isOf(preconditions, live)) {
      return status(409);
    }
    objects.remove(path);
    return status(200);
  }

  private static boolean isOf(JsonNode wanted, JsonNode live) {
    return !wanted.has("uid") || wanted.get("uid").equals(live.at("/metadata/uid"));
  }

  private JsonNode store(String path, ObjectNode object) {
    object.withObject("metadata").put("resourceVersion", String.valueOf(++version));
    objects.put(path, object);
    return object;
  }

  private static JsonNode status(int code) {
    return status(code, "words of the server");
  }

  private static JsonNode status(int code, String words) {
    return JSON.valueToTree(
        new StatusBuilder()
            .withStatus(code == 200 ? "Success" : "Failure")
            .withCode(code)
            .withMessage(words)
            .build());
  }

  private static void answer(HttpExchange exchange, int code, JsonNode answer) throws IOException {
    answer(exchange, code, "application/json", Serialization.asJson(answer));
  }

  private static void answer(HttpExchange exchange, int code, String type, String answer)
      throws IOException {
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
