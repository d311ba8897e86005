package io.dbmigrations.e2e.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Set;

/** A whole answer, the API server's or one in its manner. */
record Reply(int status, MultiMap headers, Buffer body) {
  /** They are about one connection, and not about what is said on it. */
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("connection", "transfer-encoding", "content-length", "keep-alive", "upgrade");

  static Reply failure(int status, Duration retryAfter) {
    var headers = MultiMap.caseInsensitiveMultiMap().add("Content-Type", "application/json");
    if (retryAfter.isPositive()) {
      headers.add("Retry-After", String.valueOf(retryAfter.toSeconds()));
    }
    var body =
        """
        {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
        "message":"the fault proxy says %s","reason":"%s","code":%d}
        """
            .formatted(reason(status), reason(status), status);
    return new Reply(status, headers, Buffer.buffer(body));
  }

  private static String reason(int status) {
    return switch (status) {
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "NotFound";
      case 409 -> "Conflict";
      case 410 -> "Expired";
      case 422 -> "Invalid";
      case 429 -> "TooManyRequests";
      case 503 -> "ServiceUnavailable";
      case 504 -> "Timeout";
      default -> "InternalError";
    };
  }

  void send(HttpServerResponse response) {
    if (!response.ended() && !response.closed()) {
      head(response);
      response.end(body);
    }
  }

  /** As much as half of it, and then no more. */
  void sendHalf(HttpServerResponse response) {
    head(response);
    response
        .putHeader("Content-Length", String.valueOf(body.length()))
        .write(body.getBuffer(0, body.length() / 2))
        .onComplete(written -> response.reset());
  }

  private void head(HttpServerResponse response) {
    response.setStatusCode(status);
    copy(headers, response.headers());
  }

  static void copy(MultiMap from, MultiMap to) {
    from.forEach((name, value) -> {
      if (!OF_THE_CONNECTION.contains(name.toLowerCase(java.util.Locale.ROOT))) {
        to.add(name, value);
      }
    });
  }
}
