package io.dbmigrations.e2e.proxy;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the operator lists, so that it can be told the same once more when it is old. */
final class Lists {
  private final ApiServer server;
  private final Map<String, Asked> asked = new ConcurrentHashMap<>();
  private final Map<String, Reply> remembered = new ConcurrentHashMap<>();
  private boolean stale;

  private record Asked(String uri, MultiMap headers) {}

  Lists(ApiServer server) {
    this.server = server;
  }

  void note(Call call, String uri, MultiMap headers) {
    asked.put(call.path(), new Asked(uri, headers));
  }

  /** Lists everything now, as the operator did. */
  Future<?> remember() {
    remembered.clear();
    stale = false;
    return Future.all(
        asked.entrySet().stream()
            .map(entry ->
                server
                    .ask(
                        HttpMethod.GET,
                        entry.getValue().uri(),
                        entry.getValue().headers(),
                        Buffer.buffer())
                    .onSuccess(reply -> remembered.put(entry.getKey(), reply)))
            .map(future -> (Future<?>) future)
            .collect(
                java.util.stream.Collectors.collectingAndThen(
                    java.util.stream.Collectors.toList(), List::copyOf)));
  }

  /** From now on each list is answered once with what was remembered. */
  void becomeStale() {
    stale = true;
  }

  Optional<Reply> old(Call call) {
    return stale ? Optional.ofNullable(remembered.remove(call.path())) : Optional.empty();
  }
}
