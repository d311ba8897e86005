package io.dbmigrations.e2e.proxy;

import io.fabric8.kubernetes.client.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Stands between one operator and the API server and does to requests and watches what its rules
 * say. TLS ends here and begins anew; the operator speaks HTTP/2 and, for WebSockets, HTTP/1.1 to
 * it as to the real one, and its token is passed on, so that its rights are the real ones.
 *
 * <p>Vert.x carries it: it speaks all of this on both sides, resets single streams, gives the bytes
 * of a WebSocket, waits without a thread, and comes with the Kubernetes client anyway.
 */
public final class FaultProxy implements AutoCloseable {
  private static final String BIND = "127.0.0.1";
  private static final long PATIENCE_SECONDS = 20;

  private final Vertx vertx;
  private final ApiServer server;
  private final Lists lists;
  private final Traffic traffic = new Traffic();
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final Certificate certificate;
  private final Victim victim;
  private HttpServer listener;
  private volatile List<Rule> rules = List.of();
  private volatile Instant faultsEnd = Instant.MIN;

  /**
   * One that is still to be started.
   *
   * @param config leads to the real API server; its credentials are not used
   * @param directory for the key
   * @param victim what is killed and stopped
   */
  public FaultProxy(Vertx vertx, Config config, Path directory, Victim victim) {
    this.vertx = vertx;
    this.server = new ApiServer(vertx, config);
    this.lists = new Lists(server);
    this.certificate = Certificate.create(directory);
    this.victim = victim;
  }

  /** Listens, and returns its URL. */
  public String start() {
    var options =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setMaxHeaderSize(1 << 16)
            .setKeyCertOptions(
                new PfxOptions()
                    .setPath(certificate.store().toString())
                    .setPassword(certificate.password()));
    listener = await(vertx.createHttpServer(options).requestHandler(this::receive).listen(0, BIND));
    return "https://%s:%d".formatted(BIND, listener.actualPort());
  }

  /** The certificate that a client has to trust. */
  public String pem() {
    return certificate.pem();
  }

  public Traffic traffic() {
    return traffic;
  }

  /** From now on these rules apply, and none of those from before; lists are remembered as now. */
  public void arm(Rule... armed) {
    await(lists.remember());
    rules = List.of(armed);
  }

  /** Everything passes. */
  public void disarm() {
    rules = List.of();
  }

  /** When the last fault that takes its time is over, as far as it has begun. */
  public Instant faultsEnd() {
    return faultsEnd;
  }

  private void receive(HttpServerRequest request) {
    if (request.query() != null && request.query().contains("watch=true")) {
      request.pause();
      handle(request, Buffer.buffer());
    } else {
      request.body().onSuccess(body -> handle(request, body));
    }
  }

  private void handle(HttpServerRequest request, Buffer body) {
    var call = Call.of(request.method().name(), request.path(), request.query(), body.toString());
    traffic.add(call);
    var action = actionFor(call).orElse(null);
    if (action != null) {
      faultsEnd = Instant.now().plus(action.time());
    }
    switch (action) {
      case null -> pass(request, call, body);
      case Action.Answer(var status, var retryAfter) ->
          Reply.failure(status, retryAfter).send(request.response());
      case Action.DropRequest() -> request.response().reset();
      case Action.DropAnswer() ->
          forward(request, body).onComplete(done -> request.response().reset());
      case Action.CutAnswer() ->
          forward(request, body).onSuccess(reply -> reply.sendHalf(request.response()));
      case Action.Delay(var time) ->
          vertx.setTimer(time.toMillis(), over -> pass(request, call, body));
      case Action.Kill(var after) -> {
        if (after) {
          forward(request, body).onComplete(done -> kill(request));
        } else {
          kill(request);
        }
      }
      case Action.Stop(var after, var time) -> {
        victim.pause();
        var answer = after ? forward(request, body) : null;
        vertx.setTimer(
            time.toMillis(),
            over -> {
              var late = answer == null ? forward(request, body) : answer;
              victim.resume();
              answer(request, late);
            });
      }
      case Action.Watches(var fault) -> {
        begin(fault);
        pass(request, call, body);
      }
    }
  }

  private Optional<Action> actionFor(Call call) {
    return rules.stream().map(rule -> rule.actionFor(call)).flatMap(Optional::stream).findFirst();
  }

  /** What is frozen now stays so; what is watched afterwards is not touched. */
  private void begin(WatchFault fault) {
    if (fault == WatchFault.STALE_LIST) {
      lists.becomeStale();
    }
    watches.forEach(watch -> watch.begin(fault));
  }

  private void kill(HttpServerRequest request) {
    victim.kill();
    request.connection().close();
  }

  private void pass(HttpServerRequest request, Call call, Buffer body) {
    if (call.verb().equals("watch")) {
      watch(request, call);
      return;
    }
    if (call.verb().equals("list")) {
      lists.note(call, request.uri(), request.headers());
      var old = lists.old(call);
      if (old.isPresent()) {
        old.get().send(request.response());
        return;
      }
    }
    answer(request, forward(request, body));
  }

  private Future<Reply> forward(HttpServerRequest request, Buffer body) {
    return server.ask(request.method(), request.uri(), request.headers(), body);
  }

  private static void answer(HttpServerRequest request, Future<Reply> reply) {
    reply
        .onSuccess(ready -> ready.send(request.response()))
        .onFailure(failure -> request.response().reset());
  }

  private void watch(HttpServerRequest request, Call call) {
    server
        .request(request.method(), request.uri(), request.headers())
        .onFailure(failure -> request.response().reset())
        .onSuccess(asked -> {
          if ("websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            watchByWebSocket(request, call, asked);
          } else {
            watchByLines(request, call, asked);
          }
        });
  }

  private void watchByWebSocket(HttpServerRequest request, Call call, HttpClientRequest asked) {
    asked
        .putHeader("Connection", "Upgrade")
        .putHeader("Upgrade", "websocket")
        .connect()
        .onFailure(failure -> request.response().reset())
        .onSuccess(response -> {
          var headers = request.response().headers();
          Reply.copy(response.headers(), headers);
          if (response.statusCode() != 101) {
            response
                .body()
                .map(body -> new Reply(response.statusCode(), response.headers(), body))
                .onSuccess(reply -> {
                  headers.clear();
                  reply.send(request.response());
                });
            return;
          }
          headers.set("Upgrade", "websocket").set("Connection", "Upgrade");
          var upstream = response.netSocket();
          upstream.pause();
          request
              .toNetSocket()
              .onSuccess(client -> {
                watches.add(Watch.ofWebSocket(vertx, call, client, upstream));
                upstream.resume();
              });
        });
  }

  private void watchByLines(HttpServerRequest request, Call call, HttpClientRequest asked) {
    request.resume();
    asked
        .send()
        .onFailure(failure -> request.response().reset())
        .onSuccess(response -> {
          var client = request.response().setStatusCode(response.statusCode()).setChunked(true);
          Reply.copy(response.headers(), client.headers());
          watches.add(Watch.ofLines(vertx, call, client, response));
        });
  }

  private static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted at the proxy", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the proxy does not work", e);
    }
  }

  @Override
  public void close() {
    if (listener != null) {
      await(listener.close());
    }
  }
}
