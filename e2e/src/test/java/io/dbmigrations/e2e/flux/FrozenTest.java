package io.dbmigrations.e2e.flux;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.delivery.Release;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Migrations are frozen in Git. */
class FrozenTest {
  @RegisterExtension static final Flux FLUX = new Flux();

  // Flux takes no shorter one.
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @Test
  void aFreezeOfMigrationsStopsNoOtherDeployment() throws SQLException {
    var delivery = FLUX.delivery();
    delivery.awaitDone(delivery.begin(new Release(1, "shop", "002")));

    delivery.awaitDone(delivery.commit(new Release(2, "shop", "002").frozen()));
    assertThat(delivery.deployed()).contains("2");
  }

  @Test
  void theCommitThatEndsItIsTakenUpAtOnceWhereNewRevisionsCancelTheWait() throws SQLException {
    var delivery = FLUX.delivery();
    delivery.awaitDone(delivery.begin(new Release(1, "shop", "002")));

    var took = release(delivery);

    assertThat(took).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void withoutThatItIsTakenUpAfterTheTimeout() throws SQLException {
    var delivery = FLUX.delivery();
    var settings = Map.<String, Object>of("timeout", TIMEOUT.toSeconds() + "s");
    delivery.awaitDone(delivery.beginAsInstalled(new Release(1, "shop", "002"), settings));

    var took = release(delivery);

    assertThat(took).isGreaterThan(TIMEOUT.dividedBy(2));
  }

  /** How long the commit that ends the freeze waits to be taken up, while one waits for the end. */
  private static Duration release(Delivery delivery) throws SQLException {
    var waiting = delivery.commit(new Release(2, "shop", "003").frozen());
    assertThatMigration(delivery.migration()).has(Reason.SUSPENDED);
    delivery
        .schema()
        .await(
            "wait for the end of the freeze",
            state ->
                state.attempted().equals(Source.revision(waiting))
                    && state.ready().equals("Unknown"));
    assertThat(delivery.database().revisions()).containsExactly("002");
    assertThat(delivery.deployed()).contains("1");

    var begun = Instant.now();
    var lifting = delivery.commit(new Release(3, "shop", "003"));
    delivery.schema().await("it", state -> state.attempted().equals(Source.revision(lifting)));
    var took = Duration.between(begun, Instant.now());

    delivery.awaitDone(lifting);
    assertThat(delivery.database().revisions()).containsExactly("003");
    assertThat(delivery.deployed()).contains("3");
    return took;
  }
}
