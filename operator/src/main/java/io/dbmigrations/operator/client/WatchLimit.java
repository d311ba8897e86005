package io.dbmigrations.operator.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Lets no watch last longer than some seconds. A watch can fall silent without being closed: the
 * network loses its connection, or a proxy keeps the connection up, answers its pings, and forwards
 * no events. Nothing that arrives tells such a watch from one where nothing happens, as an API
 * server sends its bookmarks a minute apart. So the API server is asked to end each watch soon,
 * before which it sends a bookmark; one that has not ended a little later is cut. Either way the
 * informer goes on from the version it has seen last, on a new connection, and is told what it
 * missed. That costs one request a watch and half a minute.
 */
public final class WatchLimit implements Interceptor, AutoCloseable {

  private static final Duration LIFETIME = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofSeconds(5);

  // Without it a connection that is dead from the start holds up the handshake for ever.
  private static final int HANDSHAKE_SECONDS = 10;

  // Watches that begin together do not end together.
  private static final double MIN_SHARE = 0.8;

  private final Duration lifetime;
  private final Duration grace;
  private final ScheduledExecutorService cutter =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("watch-limit").factory());

  public WatchLimit() {
    this(LIFETIME, GRACE);
  }

  WatchLimit(Duration lifetime, Duration grace) {
    this.lifetime = lifetime;
    this.grace = grace;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    if (!isWatch(request)) {
      return chain.proceed(request);
    }
    double share = ThreadLocalRandom.current().nextDouble(MIN_SHARE, 1);
    long seconds = Math.max(1, Math.round(lifetime.toSeconds() * share));
    Call call = chain.call();
    Future<?> _ = cutter.schedule(call::cancel, seconds + grace.toSeconds(), TimeUnit.SECONDS);
    Request limited =
        request
            .newBuilder()
            .url(
                request
                    .url()
                    .newBuilder()
                    .setQueryParameter("timeoutSeconds", Long.toString(seconds))
                    .build())
            .build();
    return isWebSocket(request)
        ? chain.withReadTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS).proceed(limited)
        : chain.proceed(limited);
  }

  static boolean isWatch(Request request) {
    return "true".equals(request.url().queryParameter("watch"));
  }

  private static boolean isWebSocket(Request request) {
    return "websocket".equalsIgnoreCase(request.header("Upgrade"));
  }

  @Override
  public void close() {
    cutter.shutdownNow();
  }
}
