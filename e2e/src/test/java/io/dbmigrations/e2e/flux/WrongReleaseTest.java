package io.dbmigrations.e2e.flux;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.delivery.Release;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A release whose target does not exist, and the one that mends it. */
class WrongReleaseTest {
  @RegisterExtension static final Flux FLUX = new Flux();

  // Far less than the recipe's timeout.
  private static final Duration SOON = Duration.ofSeconds(40);

  @Test
  void itFailsAtOnceAndTheNextCommitMendsItAtOnce() throws SQLException {
    var delivery = FLUX.delivery();
    delivery.awaitDone(delivery.begin(new Release(1, "shop", "002")));

    var begun = Instant.now();
    var wrong = delivery.commit(new Release(2, "shop", "999"));

    var failed = delivery.schema().awaitReason("HealthCheckFailed");
    assertThat(Duration.between(begun, Instant.now())).isLessThan(SOON);
    assertThat(failed.attempted()).isEqualTo(Source.revision(wrong));
    assertThat(failed.message()).contains("failed early due to stalled resources");
    assertThatMigration(delivery.migration()).has(Reason.REVISION_NOT_FOUND).saying("'999'");
    assertThat(delivery.deployed()).contains("1");

    var mended = Instant.now();
    delivery.awaitDone(delivery.commit(new Release(3, "shop", "003")));
    assertThat(Duration.between(mended, Instant.now())).isLessThan(SOON);
    assertThat(delivery.database().revisions()).containsExactly("003");
    assertThat(delivery.deployed()).contains("3");
  }
}
