package io.dbmigrations.e2e.argocd;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.delivery.Release;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What Argo CD shows is so, at each moment. */
@Order(1)
class TruthTest {
  @RegisterExtension static final ArgoCd ARGO_CD = new ArgoCd();

  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(100);
  private static final Duration QUIET = Duration.ofMinutes(3);

  @Test
  void noMomentAfterACommitIsCalledHealthyBeforeTheDatabaseIsThere()
      throws SQLException, InterruptedException {
    var delivery = ARGO_CD.delivery();
    delivery.awaitDone(delivery.begin(new Release(1, "shop", "001")));

    var targets = List.of("002", "003", "001", "003", "002", "001", "002", "003");
    for (int i = 0; i < targets.size(); i++) {
      var target = targets.get(i);
      var commit = delivery.commit(new Release(i + 2, "shop", target));
      var looks = watch(delivery, commit, target, Integer.toString(i + 2));
      assertThat(looks).as("looks at the way to " + target).isGreaterThan(5);
    }
  }

  /** Looks until it is done, and once more at what is behind it then. */
  private static int watch(Delivery delivery, String commit, String target, String release)
      throws SQLException, InterruptedException {
    var end = Instant.now().plus(PATIENCE);
    for (int looks = 1; Instant.now().isBefore(end); looks++) {
      var state = delivery.application().state();
      if (state.isDone(commit)) {
        assertThat(delivery.database().revisions())
            .as("database at %s", state)
            .containsExactly(target);
        assertThat(delivery.deployed()).contains(release);
        return looks;
      }
      // The application of the release is there only with its schema.
      if (delivery.deployed().orElseThrow().equals(release)) {
        assertThat(delivery.database().revisions())
            .as("database at %s", state)
            .containsExactly(target);
      }
      Thread.sleep(POLL);
    }
    throw new AssertionError(
        "not done after %s: %s".formatted(PATIENCE, delivery.application().state()));
  }

  @Test
  @Timeout(value = 7, unit = TimeUnit.MINUTES)
  void nothingMovesWhereNobodyDoesAnything() throws SQLException, InterruptedException {
    var delivery = ARGO_CD.delivery();
    var commit = delivery.begin(new Release(1, "shop", "003"));
    delivery.awaitDone(commit);
    var written = declared(delivery);
    var seen = new TreeSet<String>();
    var end = Instant.now().plus(QUIET);
    while (Instant.now().isBefore(end)) {
      var state = delivery.application().state();
      seen.add("%s %s %s".formatted(state.sync(), state.health(), state.revision()));
      Thread.sleep(POLL);
    }

    assertThat(seen).containsExactly("Synced Healthy " + commit);
    assertThat(declared(delivery)).isEqualTo(written);
    // Of what Git may have nobody but Argo CD has written anything.
    assertThat(fieldsOfOthers(delivery)).isNotEmpty().allMatch(field -> field.equals("f:status"));
  }

  /** The specification and what it is called by; not what counts its versions. */
  private static List<Object> declared(Delivery delivery) {
    var current = delivery.migration().current();
    var metadata = current.getMetadata();
    var found = new ArrayList<Object>();
    found.add(current.getSpec());
    found.add(metadata.getGeneration());
    found.add(metadata.getLabels());
    found.add(metadata.getAnnotations());
    found.add(metadata.getFinalizers());
    return found;
  }

  /** The fields at the top that somebody else than Argo CD owns. */
  private static List<String> fieldsOfOthers(Delivery delivery) {
    return delivery.migration().current().getMetadata().getManagedFields().stream()
        .filter(entry -> !entry.getManager().equals("argocd-controller"))
        .flatMap(entry -> entry.getFieldsV1().getAdditionalProperties().keySet().stream())
        .toList();
  }
}
