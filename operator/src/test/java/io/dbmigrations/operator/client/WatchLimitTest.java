package io.dbmigrations.operator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dbmigrations.operator.testing.FakeApi;
import io.dbmigrations.operator.testing.FreezingProxy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchLimitTest {

  private static final Duration LIFETIME = Duration.ofSeconds(2);
  private static final Duration GRACE = Duration.ofSeconds(1);

  // The client's own pings would notice a dead connection after 10 to 20 s.
  private static final Duration BEFORE_PINGS = Duration.ofSeconds(8);

  private final FakeApi api = new FakeApi();
  private FreezingProxy proxy;

  @BeforeEach
  void start() throws IOException {
    proxy = new FreezingProxy(api.port());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    api.close();
  }

  @Test
  void tellsWhatHappenedWhileAWatchWasSilent() {
    Config config = new ConfigBuilder(Config.empty()).withMasterUrl(proxy.address()).build();
    try (WatchLimit limit = new WatchLimit(LIFETIME, GRACE);
        KubernetesClient client = ApiClient.connect(config, List.of(limit));
        KubernetesClient admin = api.client();
        SharedIndexInformer<Pod> pods = client.pods().inAnyNamespace().inform();
        SharedIndexInformer<Job> jobs = client.batch().v1().jobs().inAnyNamespace().inform()) {
      admin.resource(pod("before")).create();
      await().atMost(BEFORE_PINGS).until(() -> has(pods, "before"));

      proxy.freeze();
      admin.resource(pod("meanwhile")).create();
      admin.resource(job("meanwhile")).create();

      await().atMost(BEFORE_PINGS).until(() -> has(pods, "meanwhile") && has(jobs, "meanwhile"));
    }
  }

  @Test
  void asksTheServerToEndAWatchWithinHalfAMinute() {
    Config config = new ConfigBuilder(Config.empty()).withMasterUrl(api.address()).build();
    try (WatchLimit limit = new WatchLimit();
        KubernetesClient client = ApiClient.connect(config, List.of(limit));
        SharedIndexInformer<Pod> pods = client.pods().inAnyNamespace().inform()) {
      await().atMost(BEFORE_PINGS).until(pods::isWatching);

      assertThat(api.requests())
          .filteredOn(request -> request.contains("watch=true"))
          .singleElement()
          .asString()
          .containsPattern("timeoutSeconds=(2[4-9]|30)(&|$)");
    }
  }

  @Test
  void leavesAListAsItIs() {
    Config config = new ConfigBuilder(Config.empty()).withMasterUrl(api.address()).build();
    try (WatchLimit limit = new WatchLimit();
        KubernetesClient client = ApiClient.connect(config, List.of(limit))) {
      client.pods().inAnyNamespace().list();

      assertThat(api.requests()).containsExactly("GET /api/v1/pods");
    }
  }

  private static boolean has(SharedIndexInformer<? extends HasMetadata> informer, String name) {
    return informer.getStore().list().stream()
        .anyMatch(object -> object.getMetadata().getName().equals(name));
  }

  private static Pod pod(String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("a")
        .withName(name)
        .endMetadata()
        .build();
  }

  private static Job job(String name) {
    return new JobBuilder()
        .withNewMetadata()
        .withNamespace("a")
        .withName(name)
        .endMetadata()
        .build();
  }
}
