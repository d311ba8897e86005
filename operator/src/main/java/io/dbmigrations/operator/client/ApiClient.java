package io.dbmigrations.operator.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.List;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;

/** Makes the one client of the API server, with every limit in one place. */
public final class ApiClient {

  // A healthy API server answers in milliseconds. Admission webhooks may take 10 s by default and
  // 30 s at most; one that takes longer than this holds a thread no longer, and what became of the
  // write is found out by the next reconcile.
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  // A reconcile is what is tried again, not a request: the client's ten retries would hold one of a
  // few threads for 19 s or, told so by Retry-After, much longer, and would repeat a POST whose
  // answer was lost.
  private static final int RETRIES = 0;

  // A connection that nobody answers on is given up after at most twice this time.
  private static final Duration PING = Duration.ofSeconds(10);

  // A watch that ends is taken up again at once, then every 0.2, 0.4, … 3.2 s: the client doubles
  // it five times.
  private static final Duration RECONNECT = Duration.ofMillis(100);

  private ApiClient() {}

  /** A client for the cluster that the environment names. */
  public static KubernetesClient connect(List<Interceptor> interceptors) {
    return connect(Config.autoConfigure(null), interceptors);
  }

  static KubernetesClient connect(Config cluster, List<Interceptor> interceptors) {
    return new KubernetesClientBuilder()
        .withConfig(limited(cluster))
        // Not all the hundreds of types that the class path has: who asks for one knows it.
        .withKubernetesSerialization(new KubernetesSerialization(reader(), false))
        .withHttpClientFactory(
            new OkHttpClientFactory() {
              @Override
              protected void additionalConfig(OkHttpClient.Builder builder) {
                interceptors.forEach(builder::addInterceptor);
              }
            })
        .build();
  }

  // One object that cannot be read ends the watch of all, and who may create one decides what is in
  // it: how deep, with names how long. The API server's limit of its size is the limit.
  private static ObjectMapper reader() {
    StreamReadConstraints any =
        StreamReadConstraints.builder()
            .maxNestingDepth(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .maxNumberLength(Integer.MAX_VALUE)
            .build();
    return Unread.skippedBy(
        new ObjectMapper(JsonFactory.builder().streamReadConstraints(any).build()));
  }

  private static Config limited(Config cluster) {
    return new ConfigBuilder(cluster)
        .withRequestTimeout((int) REQUEST_TIMEOUT.toMillis())
        .withConnectionTimeout((int) CONNECT_TIMEOUT.toMillis())
        .withRequestRetryBackoffLimit(RETRIES)
        .withWebsocketPingInterval(PING.toMillis())
        .withWatchReconnectInterval((int) RECONNECT.toMillis())
        .build();
  }
}
