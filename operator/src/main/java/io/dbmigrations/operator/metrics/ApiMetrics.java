package io.dbmigrations.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import okhttp3.Interceptor;
import okhttp3.Response;

/** Counts and measures the requests that are sent to the API server. */
final class ApiMetrics implements Interceptor {

  private static final int NONE = 0;

  private record Key(ApiRequest request, int code) {}

  private final Supplier<Instruments> instruments;
  private final Map<Key, Counter> counters = new ConcurrentHashMap<>();
  private final Map<ApiRequest.Verb, Timer> timers = new ConcurrentHashMap<>();

  /**
   * Metrics.
   *
   * @param instruments asked for after each request: the first one need not wait for them
   */
  ApiMetrics(Supplier<Instruments> instruments) {
    this.instruments = instruments;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    ApiRequest request = ApiRequest.of(chain.request());
    long start = System.nanoTime();
    int code = NONE;
    try {
      Response response = chain.proceed(chain.request());
      code = response.code();
      return response;
    } finally {
      record(request, code, System.nanoTime() - start);
    }
  }

  private void record(ApiRequest request, int code, long nanoseconds) {
    counters
        .computeIfAbsent(
            new Key(request, code),
            key ->
                instruments
                    .get()
                    .counter(
                        Metric.API_REQUESTS,
                        request.verb().word(),
                        request.resource(),
                        code == NONE ? "none" : Integer.toString(code)))
        .increment();
    if (request.verb() != ApiRequest.Verb.WATCH) {
      timers
          .computeIfAbsent(
              request.verb(), verb -> instruments.get().timer(Metric.API_DURATION, verb.word()))
          .record(nanoseconds, TimeUnit.NANOSECONDS);
    }
  }
}
