package io.dbmigrations.e2e.proxy;

import io.fabric8.kubernetes.client.Config;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.util.Base64;

/**
 * The real one, asked with the rights of whoever asks the proxy. Over HTTP/1.1, so that what
 * befalls one request befalls no other.
 */
final class ApiServer {
  private static final int CONNECTIONS = 200;

  private final HttpClient client;
  private final String authority;

  ApiServer(Vertx vertx, Config config) {
    var url = URI.create(config.getMasterUrl());
    authority = url.getAuthority();
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setDefaultHost(url.getHost())
                .setDefaultPort(url.getPort())
                .setMaxWebSocketFrameSize(1 << 20)
                .setTrustOptions(
                    new PemTrustOptions()
                        .addCertValue(
                            Buffer.buffer(Base64.getDecoder().decode(config.getCaCertData())))),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
  }

  /** A request that is still to be sent. */
  Future<HttpClientRequest> request(HttpMethod method, String uri, MultiMap headers) {
    return client
        .request(method, uri)
        .onSuccess(request -> {
          Reply.copy(headers, request.headers());
          request.putHeader("Host", authority);
        });
  }

  /** The whole answer. */
  Future<Reply> ask(HttpMethod method, String uri, MultiMap headers, Buffer body) {
    return request(method, uri, headers)
        .compose(request -> request.send(body))
        .compose(response ->
            response
                .body()
                .map(read -> new Reply(response.statusCode(), response.headers(), read)));
  }
}
