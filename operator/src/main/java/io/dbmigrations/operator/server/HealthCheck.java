package io.dbmigrations.operator.server;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks another instance whether it is well, for {@code helm test}: the image has no shell. */
public final class HealthCheck {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private HealthCheck() {}

  /**
   * Asks once.
   *
   * @return what was answered, in words
   * @throws IOException when the answer is not 200, or there is none
   */
  public static String of(URI address) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(address).timeout(TIMEOUT).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != HttpURLConnection.HTTP_OK) {
        throw new IOException(
            "%s answers %d: %s".formatted(address, response.statusCode(), response.body().strip()));
      }
      return "%s answers %s".formatted(address, response.body().strip());
    }
  }
}
