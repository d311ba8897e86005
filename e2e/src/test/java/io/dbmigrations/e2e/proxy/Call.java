package io.dbmigrations.e2e.proxy;

import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * A request of the operator's as rules see it.
 *
 * @param verb Kubernetes' word: get, list, watch, create, update, patch or delete
 * @param path without the query
 * @param query empty where there is none
 * @param body empty where there is none
 */
public record Call(Instant at, String verb, String path, String query, String body) {
  private static final Set<String> READING = Set.of("get", "list", "watch");

  static Call of(String method, String path, String query, String body) {
    var asked = query == null ? "" : query;
    return new Call(Instant.now(), verb(method, path, asked), path, asked, body);
  }

  private static String verb(String method, String path, String query) {
    return switch (method) {
      case "POST" -> "create";
      case "PUT" -> "update";
      case "GET" -> {
        if (query.contains("watch=true")) {
          yield "watch";
        }
        yield namesOneObject(path) ? "get" : "list";
      }
      default -> method.toLowerCase(Locale.ROOT);
    };
  }

  /** {@code …/namespaces/NAMESPACE/RESOURCE/NAME} has one part more than the list of it. */
  private static boolean namesOneObject(String path) {
    var parts = path.substring(1).split("/", -1);
    var prefix = parts[0].equals("api") ? 2 : 3;
    var namespaced = parts.length > prefix + 1 && parts[prefix].equals("namespaces");
    return parts.length > prefix + (namespaced ? 3 : 1);
  }

  /** Whether it changes an object; renewing a Lease is no change that anybody asks about. */
  public boolean writes() {
    return !READING.contains(verb) && !path.contains("/leases");
  }

  public boolean writesEvent() {
    return writes() && path.endsWith("/events");
  }

  /** What it is about in a word, as in {@code patch databasemigrations/status}. */
  public String subject() {
    var parts = path.substring(path.indexOf("/namespaces/") + 1).split("/", -1);
    var resource = parts.length > 2 ? parts[2] : path;
    return verb + " " + resource + (parts.length > 4 ? "/" + parts[4] : "");
  }
}
