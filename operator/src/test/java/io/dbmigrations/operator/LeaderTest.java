package io.dbmigrations.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.testing.FakeApi;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two operators, one Lease. */
class LeaderTest {

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration TAKEOVER = Duration.ofSeconds(3);

  @TempDir private Path directory;
  private final FakeApi api = new FakeApi();
  private final KubernetesClient client = api.client();
  private OperatorProcess first;
  private OperatorProcess second;

  @BeforeEach
  void start() throws IOException {
    first = new OperatorProcess(api.address(), directory, "first", true);
    await().atMost(START).until(() -> first.isReady() && holder().equals("first"));
    second = new OperatorProcess(api.address(), directory, "second", true);
    await().atMost(START).until(second::isReady);
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
    client.close();
    api.close();
  }

  @Test
  void theOtherLeadsWithinSecondsAfterAnOrderlyEnd() throws Exception {
    first.signal("TERM");

    await().atMost(TAKEOVER).until(() -> holder().equals("second"));
    assertThat(first.exitCode(TAKEOVER)).isEqualTo(143);
    assertThat(first.log()).contains("The Lease system/dbmigration-operator is given back");
    assertThat(second.ask("/healthz")).isEqualTo("200 ok");
  }

  @Test
  void whoStandsByEndsWithoutTouchingTheLease() throws Exception {
    second.signal("TERM");

    assertThat(second.exitCode(START)).isEqualTo(143);
    assertThat(holder()).isEqualTo("first");
    assertThat(second.log()).doesNotContain("is given back");
  }

  @Test
  void whoStandsByHasTheMetricsOfItsProcessAlone() {
    await().atMost(START).until(() -> first.ask("/metrics").contains("\ndbmigration_leader 1"));
    assertThat(first.ask("/metrics")).contains("\ndbmigration_resources{");
    assertThat(second.ask("/metrics"))
        .contains("\ndbmigration_leader 0", "\njvm_threads_live_threads ")
        .doesNotContain("dbmigration_resources{", "dbmigration_resource_");
  }

  @Test
  void aLeaderThatWasPausedEndsAtOnce() throws Exception {
    first.signal("STOP");
    await().atMost(START).until(() -> holder().equals("second"));

    first.signal("CONT");

    assertThat(first.exitCode(TAKEOVER)).isEqualTo(1);
    assertThat(first.log()).contains("The Lease system/dbmigration-operator is lost");
    assertThat(holder()).isEqualTo("second");
  }

  private String holder() {
    Lease lease =
        client.resources(Lease.class).inNamespace("system").withName(Names.MANAGED_BY).get();
    return lease == null || lease.getSpec().getHolderIdentity() == null
        ? ""
        : lease.getSpec().getHolderIdentity();
  }
}
