package io.dbmigrations.e2e.argocd;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.delivery.Release;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A release whose migration fails, and the one that mends it. */
class FailureTest {
  @RegisterExtension static final ArgoCd ARGO_CD = new ArgoCd();

  // With Argo CD's own retries it is five minutes.
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void theCommitThatMendsAFailedMigrationIsTakenUp() throws SQLException {
    var delivery = ARGO_CD.delivery();
    failedRelease(delivery);

    assertThat(delivery.awaitHealth("Degraded"))
        .contains("upgrade() of revision 002", "could not create unique index");
    assertThat(delivery.awaitState("Degraded", state -> state.health().equals("Degraded")))
        .extracting(Application.State::phase)
        .isNotEqualTo("Succeeded");
    assertThat(delivery.deployed()).contains("1");
    assertThat(delivery.database().revisions()).containsExactly("001");

    var begun = Instant.now();
    var mended = delivery.commit(new Release(3, "shop", "003"));
    delivery.awaitState("sync of the next commit", state -> state.synced().equals(mended));
    assertThat(Duration.between(begun, Instant.now())).isLessThan(SOON);
    delivery.awaitDone(mended);
    assertThat(delivery.database().revisions()).containsExactly("003");
    assertThat(delivery.deployed()).contains("3");
  }

  @Test
  void whatARetryMendsIsReleasedByTheNextSync() throws SQLException {
    var delivery = ARGO_CD.delivery();
    var commit = failedRelease(delivery);
    var used = "(retried 5 times)";
    delivery.awaitState("end of the retries", state -> state.message().contains(used));

    delivery.database().execute("DELETE FROM customer WHERE id = 2");
    delivery.actions().run("retry", Map.of());

    assertThat(delivery.awaitHealth("Healthy")).contains("The database is at 002");
    assertThat(delivery.awaitState("Healthy", state -> state.health().equals("Healthy")))
        .returns("OutOfSync", Application.State::sync)
        .returns("Failed", Application.State::phase);
    assertThat(delivery.deployed()).contains("1");
    delivery.application().sync(commit);
    delivery.awaitDone(commit);
    assertThat(delivery.deployed()).contains("2");
  }

  /** The commit of a release of which the migration fails, after one that is in order. */
  private static String failedRelease(Delivery delivery) throws SQLException {
    delivery.awaitDone(delivery.begin(new Release(1, "shop-before", "001")));
    delivery
        .database()
        .execute("INSERT INTO customer VALUES (1, 'ada@example.com'), (2, 'ada@example.com')");
    return delivery.commit(new Release(2, "sql-error", "002"));
  }
}
