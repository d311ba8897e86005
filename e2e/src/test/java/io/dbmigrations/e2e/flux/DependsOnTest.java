package io.dbmigrations.e2e.flux;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.delivery.Release;
import io.dbmigrations.e2e.fixture.Gate;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The application of a release depends on its database. */
class DependsOnTest {
  @RegisterExtension static final Flux FLUX = new Flux();

  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(100);

  @Test
  void theApplicationIsHeldBackUntilTheDatabaseIsThere() throws SQLException {
    var delivery = FLUX.delivery();
    delivery.awaitDone(delivery.begin(new Release(1, "gated", "001")));
    assertThat(delivery.deployed()).contains("1");
    var gate = Gate.close(delivery.database());

    var commit = delivery.commit(new Release(2, "gated", "003"));

    gate.awaitArrival();
    assertThat(delivery.application().awaitReason("DependencyNotReady").message())
        .contains(delivery.schema().name());
    assertThat(delivery.schema().state())
        .returns("Unknown", Kustomization.State::ready)
        .returns("Progressing", Kustomization.State::reason);
    assertThat(delivery.deployed()).contains("1");

    gate.open();
    delivery.awaitDone(commit);
    assertThat(delivery.database().revisions()).containsExactly("003");
    assertThat(delivery.deployed()).contains("2");
  }

  @Test
  void theFirstReleaseWaitsForItsDatabaseAsWell() throws SQLException {
    var delivery = FLUX.delivery();
    var gate = Gate.close(delivery.database());

    var commit = delivery.begin(new Release(1, "gated", "003"));

    gate.awaitArrival();
    assertThat(delivery.deployed()).isEmpty();
    gate.open();
    delivery.awaitDone(commit);
    assertThat(delivery.deployed()).contains("1");
  }

  @Test
  void noMomentAfterACommitIsCalledReadyBeforeTheDatabaseIsThere()
      throws SQLException, InterruptedException {
    var delivery = FLUX.delivery();
    delivery.awaitDone(delivery.begin(new Release(1, "shop", "001")));

    var targets = List.of("002", "003", "001", "003", "002", "001");
    for (int i = 0; i < targets.size(); i++) {
      var release = new Release(i + 2, "shop", targets.get(i));
      var looks = watch(delivery, delivery.commit(release), release);
      assertThat(looks).as("looks at the way to %s", release).isGreaterThan(5);
    }
  }

  /** Looks until it is done, each time also at what is behind it. */
  private static int watch(Delivery delivery, String commit, Release release)
      throws SQLException, InterruptedException {
    var end = Instant.now().plus(PATIENCE);
    for (int looks = 1; Instant.now().isBefore(end); looks++) {
      var schema = delivery.schema().state();
      var application = delivery.application().state();
      var deployed = delivery.deployed().orElseThrow().equals(Integer.toString(release.number()));
      if (schema.isDone(commit) || application.isDone(commit) || deployed) {
        assertThat(delivery.database().revisions())
            .as("database at %s, %s", schema, application)
            .containsExactly(release.target());
      }
      if (application.isDone(commit)) {
        assertThat(deployed).isTrue();
        return looks;
      }
      Thread.sleep(POLL);
    }
    throw new AssertionError("not done after " + PATIENCE);
  }
}
