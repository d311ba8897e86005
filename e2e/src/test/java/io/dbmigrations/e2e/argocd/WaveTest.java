package io.dbmigrations.e2e.argocd;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.delivery.Release;
import io.dbmigrations.e2e.fixture.Gate;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The application of a release comes after its schema. */
class WaveTest {
  @RegisterExtension static final ArgoCd ARGO_CD = new ArgoCd();

  @Test
  void aMigrationOfAnEarlierWaveHoldsBackTheApplication() throws SQLException {
    var delivery = ARGO_CD.delivery();
    delivery.awaitDone(delivery.begin(new Release(1, "gated", "001")));
    assertThat(delivery.deployed()).contains("1");
    var gate = Gate.close(delivery.database());

    var commit = delivery.commit(new Release(2, "gated", "003"));

    gate.awaitArrival();
    var state =
        delivery.awaitState(
            "a sync that waits", waiting -> waiting.message().contains("waiting for healthy"));
    assertThat(state.message()).contains("dbmigrations.io/DatabaseMigration/");
    assertThat(state.health()).isEqualTo("Progressing");
    assertThat(delivery.deployed()).contains("1");

    gate.open();
    delivery.awaitDone(commit);
    assertThat(delivery.database().revisions()).containsExactly("003");
    assertThat(delivery.deployed()).contains("2");
  }

  @Test
  void theFirstReleaseWaitsForItsSchemaAsWell() throws SQLException {
    var delivery = ARGO_CD.delivery();
    var gate = Gate.close(delivery.database());

    var commit = delivery.begin(new Release(1, "gated", "003"));

    gate.awaitArrival();
    assertThat(delivery.deployed()).isEmpty();
    gate.open();
    delivery.awaitDone(commit);
    assertThat(delivery.deployed()).contains("1");
  }
}
