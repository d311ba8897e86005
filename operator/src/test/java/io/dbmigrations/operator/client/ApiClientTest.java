package io.dbmigrations.operator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.operator.testing.FakeApi;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No request holds a thread for long. */
class ApiClientTest {

  private static final ConfigMap OBJECT =
      new ConfigMapBuilder()
          .withNewMetadata()
          .withNamespace("a")
          .withName("b")
          .endMetadata()
          .build();

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503, 504})
  void saysAtOnceThatTheServerRefuses(int status) {
    try (FakeApi api = new FakeApi();
        KubernetesClient client = connect(api.address())) {
      api.refuse("POST /api/v1", status, Map.of("Retry-After", "30"));
      long start = System.nanoTime();

      assertThatThrownBy(() -> client.resource(OBJECT).create())
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(status));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
      assertThat(api.requests()).hasSize(1);
    }
  }

  @Test
  void readsWhateverTheApiServerTakes() {
    String deep = "{\"a\":".repeat(9_000) + "1" + "}".repeat(9_000);
    String fields = "[{\"manager\":\"kubectl\",\"fieldsV1\":%s}]".formatted(deep);
    String object =
        """
        {"apiVersion": "dbmigrations.io/v1alpha1", "kind": "DatabaseMigration",
         "metadata": {"name": "deep", "namespace": "shop", "managedFields": %s},
         "spec": {"targetRevision": "003", "image": "i", "podTemplate": %s,
                  "database": {"secretRef": {"name": "db", "key": "url"}},
                  "alembic": {"arguments": {"%s": "v"}}}}
        """
            .formatted(fields, deep, "k".repeat(60_000));
    try (KubernetesClient client = connect("http://127.0.0.1:1")) {
      KubernetesSerialization serialization = client.getKubernetesSerialization();
      DatabaseMigration read = serialization.unmarshal(object, DatabaseMigration.class);
      // As the SDK copies it.
      DatabaseMigration copy = serialization.clone(read);

      assertThat(copy.getMetadata().getName()).isEqualTo("deep");
      assertThat(serialization.asJson(copy)).contains("nested deeper than 50 levels");
    }
  }

  @Test
  void waitsTenSecondsForAServerThatDoesNotAnswer() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        KubernetesClient client = connect("http://127.0.0.1:" + silent.getLocalPort())) {
      long start = System.nanoTime();

      assertThatThrownBy(() -> client.resource(OBJECT).create())
          .isInstanceOf(KubernetesClientException.class);

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(13));
    }
  }

  private static KubernetesClient connect(String address) {
    return ApiClient.connect(
        new ConfigBuilder(Config.empty()).withMasterUrl(address).build(), List.of());
  }
}
