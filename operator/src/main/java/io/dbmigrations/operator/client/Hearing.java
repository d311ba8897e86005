package io.dbmigrations.operator.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Remembers when each watched path was last asked for and when it was last granted. Because a watch
 * lasts half a minute at most, an informer that lives asks at least that often; one that hears is
 * granted its watch as often.
 */
public final class Hearing implements Interceptor {

  // A watch of 30 s, 5 s of grace, a handshake of 10 s, a pause of 3 s: twice that.
  private static final Duration ASKED = Duration.ofMinutes(2);
  private static final Duration HEARD = Duration.ofSeconds(90);

  // For a client that is at fault itself; an API server that is away is not mended by a restart.
  private static final Duration DEAF = Duration.ofMinutes(10);

  private static final int SWITCHING_PROTOCOLS = 101;

  private record Watched(long asked, long heard, String lastAnswer) {}

  private final Map<String, Watched> paths = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  public Hearing() {
    this(System::nanoTime);
  }

  Hearing(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    String path = request.url().encodedPath();
    if (!WatchLimit.isWatch(request) && !paths.containsKey(path)) {
      return chain.proceed(request);
    }
    asked(path);
    try {
      Response response = chain.proceed(request);
      answered(path, response.code());
      return response;
    } catch (IOException e) {
      failed(path, e.toString());
      throw e;
    }
  }

  void asked(String path) {
    long now = nanoTime.getAsLong();
    paths.merge(
        path,
        new Watched(now, now, "none yet"),
        (old, fresh) -> new Watched(now, old.heard, old.lastAnswer));
  }

  void answered(String path, int code) {
    if (code == SWITCHING_PROTOCOLS || code / 100 == 2) {
      long now = nanoTime.getAsLong();
      paths.computeIfPresent(path, (key, old) -> new Watched(old.asked, now, "granted"));
    } else {
      failed(path, Integer.toString(code));
    }
  }

  void failed(String path, String answer) {
    paths.computeIfPresent(path, (key, old) -> new Watched(old.asked, old.heard, answer));
  }

  /** Why a restart is due: an informer does not ask any more, or has not been heard for long. */
  public Optional<String> dead() {
    return first(Watched::asked, ASKED, "has not asked for %s for %d s")
        .or(() -> first(Watched::heard, DEAF, "has not been granted a watch of %s for %d s"));
  }

  /** Why the operator may have missed something: a watch that was not granted of late. */
  public Optional<String> deaf() {
    return first(Watched::heard, HEARD, "has not been granted a watch of %s for %d s");
  }

  private Optional<String> first(
      java.util.function.ToLongFunction<Watched> instant, Duration limit, String words) {
    long now = nanoTime.getAsLong();
    return paths.entrySet().stream()
        .filter(entry -> now - instant.applyAsLong(entry.getValue()) > limit.toNanos())
        .map(entry ->
            ("the operator " + words + "; the last answer was: %s")
                .formatted(
                    entry.getKey(),
                    Duration.ofNanos(now - instant.applyAsLong(entry.getValue())).toSeconds(),
                    entry.getValue().lastAnswer()))
        .findFirst();
  }
}
