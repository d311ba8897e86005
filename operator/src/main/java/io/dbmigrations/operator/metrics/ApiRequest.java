package io.dbmigrations.operator.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import okhttp3.HttpUrl;
import okhttp3.Request;

/** What a request to the API server asks for, in few words whatever is in it; pure. */
record ApiRequest(Verb verb, String resource) {

  enum Verb {
    GET,
    LIST,
    WATCH,
    CREATE,
    UPDATE,
    PATCH,
    DELETE,
    OTHER;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Set<String> RESOURCES =
      Set.of(
          "configmaps",
          "databasemigrations",
          "events",
          "jobs",
          "leases",
          "pods",
          "secrets",
          "selfsubjectrulesreviews");

  // /api/v1/… and /apis/group/v1/…
  private static final int CORE = 2;
  private static final int GROUP = 3;

  static ApiRequest of(Request request) {
    HttpUrl url = request.url();
    List<String> path = url.pathSegments();
    int at = path.getFirst().equals("api") ? CORE : GROUP;
    if (path.size() > at + 2 && path.get(at).equals("namespaces")) {
      at += 2;
    }
    String resource = at < path.size() && RESOURCES.contains(path.get(at)) ? path.get(at) : "other";
    boolean isNamed = path.size() > at + 1;
    return new ApiRequest(verb(request.method(), url, isNamed), resource);
  }

  private static Verb verb(String method, HttpUrl url, boolean isNamed) {
    return switch (method) {
      case "GET" ->
          "true".equals(url.queryParameter("watch")) ? Verb.WATCH : isNamed ? Verb.GET : Verb.LIST;
      case "POST" -> Verb.CREATE;
      case "PUT" -> Verb.UPDATE;
      case "PATCH" -> Verb.PATCH;
      case "DELETE" -> Verb.DELETE;
      default -> Verb.OTHER;
    };
  }
}
