package io.dbmigrations.e2e.flux;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.delivery.Release;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A release is taken back by {@code git revert}: image, target and application in one commit. */
class TakenBackTest {
  @RegisterExtension static final Flux FLUX = new Flux();

  private static final String LOSS = "would delete column customer.name (1 value)";

  @Test
  void aRevertTakesTheDatabaseBackWithTheRelease() throws SQLException {
    var delivery = FLUX.delivery();
    delivery.awaitDone(delivery.begin(new Release(1, "shop-before", "002")));
    var before = delivery.database().schema();
    var bad = delivery.commit(new Release(2, "shop", "003"));
    delivery.awaitDone(bad);
    assertThat(delivery.database().schema()).isNotEqualTo(before);

    delivery.awaitDone(delivery.revert(bad));

    assertThat(delivery.database().revisions()).containsExactly("002");
    assertThat(delivery.database().schema()).isEqualTo(before);
    assertThat(delivery.deployed()).contains("1");
  }

  @Test
  void aRevertThatWouldDeleteDataWaitsForItsApproval() throws SQLException {
    var delivery = FLUX.delivery();
    var first = new Release(1, "shop-before", "002");
    delivery.awaitDone(delivery.begin(first, Map.of("timeout", "30s")));
    var bad = delivery.commit(new Release(2, "shop", "003"));
    delivery.awaitDone(bad);
    delivery.database().execute("INSERT INTO customer VALUES (1, 'ada@example.com', 'Ada')");

    var revert = delivery.revert(bad);

    assertThatMigration(delivery.migration()).has(Reason.APPROVAL_REQUIRED).saying(LOSS);
    assertThat(delivery.schema().awaitReason("Progressing").ready()).isEqualTo("Unknown");
    assertThat(delivery.schema().awaitReason("HealthCheckFailed"))
        .returns("False", Kustomization.State::ready)
        .returns(Source.revision(revert), Kustomization.State::attempted)
        .returns(Source.revision(bad), Kustomization.State::applied);
    delivery.application().awaitReason("DependencyNotReady");
    assertThat(delivery.database().query("SELECT name FROM customer")).containsExactly("Ada");
    assertThat(delivery.deployed()).contains("2");

    var digest = delivery.migration().status().plan().digest().substring(0, 12);
    delivery.annotate("dbmigrations.io/approve=" + digest, "--field-manager=ada").orFail();

    delivery.awaitDone(revert);
    assertThat(delivery.database().revisions()).containsExactly("002");
    assertThat(delivery.deployed()).contains("1");
  }
}
