package io.dbmigrations.e2e.argocd;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.delivery.Release;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Syncs that leave the migration out: no wave orders them, and what holds the application back is
 * the gate in its Pods.
 */
class PartialSyncTest {
  @RegisterExtension static final ArgoCd ARGO_CD = new ArgoCd();

  @Test
  void aSyncOfTheDeploymentAloneWaitsForTheSchema() throws SQLException {
    var delivery = ARGO_CD.delivery();
    var first = delivery.beginByHand(new Release(1, "shop-before", "002").withGate());
    delivery.application().sync(first);
    delivery.awaitDone(first);

    var second = delivery.commit(new Release(2, "shop", "003").withGate());
    delivery.application().syncOnly(second, "apps", "Deployment");

    awaitWaitingPod(delivery, "waiting for 003");
    assertThat(delivery.deployed()).contains("2");
    assertThat(delivery.deployment().getStatus())
        .returns(1, status -> status.getAvailableReplicas())
        .returns(1, status -> status.getUnavailableReplicas());
    assertThat(delivery.database().revisions()).containsExactly("002");

    delivery.application().sync(second);
    delivery.awaitDone(second);
    assertThat(delivery.database().revisions()).containsExactly("003");
  }

  @Test
  void whatSelfHealingPutsBackWaitsForTheSchema() throws SQLException {
    var delivery = ARGO_CD.delivery();
    var commit = delivery.begin(new Release(1, "shop", "003").withGate());
    delivery.awaitDone(commit);
    delivery.database().execute("UPDATE alembic_version SET version_num = '002'");
    assertThatMigration(delivery.migration()).has(Reason.REVISION_DRIFTED);
    delivery.database().execute("ALTER TABLE customer DROP COLUMN name");

    var before = delivery.deployment().getMetadata().getUid();
    delivery.scenario().client().resource(delivery.deployment()).delete();
    Awaitility.await("the Deployment of the self-healing")
        .atMost(Duration.ofMinutes(1))
        .until(() ->
            delivery.deployment() != null
                && !delivery.deployment().getMetadata().getUid().equals(before));

    awaitWaitingPod(delivery, "waiting for 003");
    delivery.migration().retry("1");
    delivery.awaitDone(commit);
    assertThat(delivery.database().revisions()).containsExactly("003");
  }

  @Test
  void aHandEditedTargetIsPutBackAndTheSchemaWithIt() throws SQLException {
    var delivery = ARGO_CD.delivery();
    var commit = delivery.begin(new Release(1, "shop", "003"));
    delivery.awaitDone(commit);

    delivery.migration().retarget("002");

    Awaitility.await("the target of Git")
        .atMost(Duration.ofMinutes(1))
        .until(() -> delivery.migration().current().getSpec().targetRevision().equals("003"));
    delivery.awaitDone(commit);
    assertThat(delivery.database().revisions()).containsExactly("003");
  }

  private static void awaitWaitingPod(Delivery delivery, String words) {
    var kubectl = delivery.scenario().kubectl();
    Awaitility.await("a Pod that waits")
        .atMost(Duration.ofMinutes(2))
        .until(() ->
            kubectl
                .run(
                    "logs",
                    "--selector=app=" + delivery.migration().name(),
                    "--container=wait-for-schema",
                    "--tail=-1")
                .out()
                .contains(words));
  }
}
