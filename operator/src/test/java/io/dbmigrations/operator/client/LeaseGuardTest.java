package io.dbmigrations.operator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmigrations.operator.testing.FakeApi;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseGuardTest {

  private static final ConfigMap OBJECT =
      new ConfigMapBuilder()
          .withNewMetadata()
          .withNamespace("a")
          .withName("b")
          .endMetadata()
          .build();

  private final FakeApi api = new FakeApi();
  private final AtomicLong now = new AtomicLong();
  private final LeaseGuard guard = new LeaseGuard("system", "operator", now::get);
  private KubernetesClient client;

  @BeforeEach
  void connect() {
    client =
        ApiClient.connect(
            new ConfigBuilder(Config.empty()).withMasterUrl(api.address()).build(), List.of(guard));
  }

  @AfterEach
  void close() {
    client.close();
    api.close();
  }

  @Test
  void whoNeverHeldTheLeaseWritesNothing() {
    assertWriteIsRefused();
  }

  @Test
  void whoHoldsTheLeaseWrites() {
    create();

    write();
  }

  @Test
  void whoStandsByReadsAndAsksWhatItMayDo() {
    client.configMaps().inAnyNamespace().list();
    assertThatNoException()
        .isThrownBy(() ->
            client
                .resource(new SelfSubjectRulesReviewBuilder().withNewSpec().endSpec().build())
                .create());
  }

  @Test
  void whoWasPausedWritesNothingBeforeTheLeaseIsRenewed() {
    create();
    pass(LeaseGuard.WORK);

    assertWriteIsRefused();

    read();
    renew();
    write();
  }

  @Test
  void aRenewalCountsFromTheQuestionBeforeIt() {
    create();
    pass(LeaseGuard.WORK);
    read();
    pass(LeaseGuard.WORK);
    renew();

    assertWriteIsRefused();
  }

  @Test
  void whoGaveTheLeaseUpWritesNothingButTheLease() {
    create();
    guard.giveUp();

    assertWriteIsRefused();
    renew();
    assertWriteIsRefused();
  }

  @Test
  void anElectionThatDoesNotAskAnyMoreIsDead() {
    read();
    pass(Duration.ofSeconds(59));
    assertThat(guard.dead()).isEmpty();

    pass(Duration.ofSeconds(1));
    assertThat(guard.dead()).contains("the election has not asked for the Lease for 60 s");
  }

  private void assertWriteIsRefused() {
    assertThatThrownBy(this::write)
        .rootCause()
        .hasMessage(
            "POST /api/v1/namespaces/a/configmaps was not sent: this operator does not hold the Lease any more");
    assertThat(api.requests()).noneMatch(request -> request.startsWith("POST /api/v1"));
  }

  private void write() {
    client.resource(OBJECT).create();
  }

  private void create() {
    read();
    client.resource(lease()).create();
  }

  private void read() {
    client.resource(lease()).get();
  }

  private void renew() {
    client
        .resource(lease())
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"holderIdentity\": \"me\"}}");
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private static Lease lease() {
    return new LeaseBuilder()
        .withNewMetadata()
        .withNamespace("system")
        .withName("operator")
        .endMetadata()
        .build();
  }
}
