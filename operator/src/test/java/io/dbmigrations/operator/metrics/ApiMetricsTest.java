package io.dbmigrations.operator.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiMetricsTest {

  private final Instruments instruments = new Instruments();
  private final OkHttpClient client =
      new OkHttpClient.Builder().addInterceptor(new ApiMetrics(() -> instruments)).build();

  @ParameterizedTest
  @CsvSource({
    "GET,    /api/v1/namespaces/shop/secrets/shop-db,                                GET,    secrets",
    "GET,    /api/v1/namespaces/secrets/pods,                                        LIST,   pods",
    "GET,    /api/v1/namespaces/shop/pods/secrets/log,                               GET,    pods",
    "GET,    /apis/batch/v1/jobs,                                                    LIST,   jobs",
    "GET,    /apis/batch/v1/jobs?watch=true&timeoutSeconds=30,                       WATCH,  jobs",
    "POST,   /apis/batch/v1/namespaces/shop/jobs,                                    CREATE, jobs",
    "PUT,    /apis/dbmigrations.io/v1alpha1/namespaces/a/databasemigrations/b/status, UPDATE, databasemigrations",
    "PATCH,  /apis/batch/v1/namespaces/shop/jobs/one,                                PATCH,  jobs",
    "DELETE, /apis/batch/v1/namespaces/shop/jobs/one,                                DELETE, jobs",
    "GET,    /api/v1/namespaces/shop,                                                GET,    other",
    "GET,    /version,                                                               LIST,   other"
  })
  void hasFewWordsForWhatIsAskedFor(String method, String path, String verb, String resource) {
    RequestBody body =
        method.equals("GET") || method.equals("DELETE") ? null : RequestBody.create(new byte[0]);
    ApiRequest request =
        ApiRequest.of(new Request.Builder().url("http://api" + path).method(method, body).build());
    assertThat(request).isEqualTo(new ApiRequest(ApiRequest.Verb.valueOf(verb), resource));
  }

  @Test
  void countsEachRequestByItsAnswer() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    server.start();
    Request request =
        new Request.Builder()
            .url(
                "http://127.0.0.1:%d/apis/batch/v1/namespaces/a/jobs/b"
                    .formatted(server.getAddress().getPort()))
            .build();
    client.newCall(request).execute().close();
    client.newCall(request).execute().close();
    server.stop(0);
    assertThatIOException().isThrownBy(() -> client.newCall(request).execute().close());

    Scrape scrape = scrape();
    assertThat(scrape.of(Metric.API_REQUESTS))
        .isEqualTo(
            Map.of(
                "dbmigration_api_requests_total{code=\"404\",resource=\"jobs\",verb=\"get\"}", 2.0,
                "dbmigration_api_requests_total{code=\"none\",resource=\"jobs\",verb=\"get\"}",
                    1.0));
    assertThat(scrape.series())
        .containsEntry("dbmigration_api_request_duration_seconds_count{verb=\"get\"}", 3.0);
  }

  private Scrape scrape() throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    instruments.write(page, SampleText.CONTENT_TYPE);
    return Scrape.of(page.toString(UTF_8));
  }
}
