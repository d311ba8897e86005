package io.dbmigrations.e2e.flux;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.e2e.delivery.Release;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Flux compares the cluster with Git again and again. */
@Order(1)
class DriftTest {
  @RegisterExtension static final Flux FLUX = new Flux();

  private static final Map<String, Object> OFTEN = Map.of("interval", "5s");
  private static final Duration QUIET = Duration.ofMinutes(1);

  @Test
  void nothingIsAppliedAgainWhereNobodyDoesAnything() throws SQLException, InterruptedException {
    var delivery = FLUX.delivery();
    var commit = delivery.begin(new Release(1, "shop", "003"), OFTEN);
    delivery.awaitDone(commit);
    var before = delivery.migration().current();
    var reconciliations = delivery.schema().reconciliations();

    var end = Instant.now().plus(QUIET);
    while (Instant.now().isBefore(end)) {
      assertThat(delivery.migration().current()).isEqualTo(before);
      Thread.sleep(1000);
    }

    assertThat(delivery.schema().reconciliations()).isGreaterThan(reconciliations + 5);
    delivery.awaitDone(commit);
  }

  @Test
  void whatWasWrittenWithKubectlIsTakenAwayUnlessThatSaysWhoWroteIt() throws SQLException {
    var delivery = FLUX.delivery();
    delivery.awaitDone(delivery.begin(new Release(1, "shop", "003"), OFTEN));

    delivery.annotate(Names.APPROVE_ANNOTATION + "=3f2a9c01b7de", "--field-manager=ada").orFail();
    delivery.annotate(Names.RETRY_ANNOTATION + "=1").orFail();
    var patch = "--patch={\"spec\":{\"targetRevision\":\"002\"}}";
    var name = delivery.migration().name();
    delivery.scenario().kubectl().run("patch", "dbm", name, "--type=merge", patch).orFail();

    Awaitility.await("what Git has")
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> {
          var current = delivery.migration().current();
          assertThat(current.getSpec().targetRevision()).isEqualTo("003");
          assertThat(current.getMetadata().getAnnotations())
              .doesNotContainKey(Names.RETRY_ANNOTATION)
              .containsEntry(Names.APPROVE_ANNOTATION, "3f2a9c01b7de");
        });
    assertThatMigration(delivery.migration()).isReady().atRevision("003");
  }
}
