package io.dbmigrations.e2e.argocd;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.delivery.Release;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Migrations are frozen in Git. */
class FreezeTest {
  @RegisterExtension static final ArgoCd ARGO_CD = new ArgoCd();

  @Test
  void aFreezeOfMigrationsStopsNoOtherDeployment() throws SQLException {
    var delivery = ARGO_CD.delivery();
    delivery.awaitDone(delivery.begin(new Release(1, "shop", "002")));

    delivery.awaitDone(delivery.commit(new Release(1, "shop", "002").frozen()));
    assertThat(delivery.application().health("DatabaseMigration"))
        .isEqualTo("Healthy: The database is at 002");
    delivery.awaitDone(delivery.commit(new Release(2, "shop", "002").frozen()));
    assertThat(delivery.deployed()).contains("2");
  }

  @Test
  void whatWaitsForItsEndGoesOnByTheAction() throws SQLException {
    var delivery = ARGO_CD.delivery();
    delivery.awaitDone(delivery.begin(new Release(1, "shop", "002")));
    var waiting = delivery.commit(new Release(2, "shop", "003").frozen());
    assertThat(delivery.awaitHealth("Suspended")).contains("spec.suspend is true");
    assertThat(delivery.deployed()).contains("1");

    // A sync that waits for this very resource takes up no newer commit.
    var lifting = delivery.commit(new Release(2, "shop", "003"));
    delivery.awaitState("that commit", state -> state.revision().equals(lifting));
    assertThat(delivery.application().state())
        .returns("Running", Application.State::phase)
        .returns(waiting, Application.State::synced);

    delivery.actions().run("resume", Map.of());

    delivery.awaitDone(lifting);
    assertThat(delivery.database().revisions()).containsExactly("003");
    assertThat(delivery.deployed()).contains("2");
  }
}
