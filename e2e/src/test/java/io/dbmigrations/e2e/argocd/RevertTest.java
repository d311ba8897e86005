package io.dbmigrations.e2e.argocd;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.delivery.Release;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A release is taken back by {@code git revert}: image, target and application in one commit. */
class RevertTest {
  @RegisterExtension static final ArgoCd ARGO_CD = new ArgoCd();

  private static final String LOSS = "would delete column customer.name (1 value)";

  @Test
  void aRevertTakesTheSchemaBackWithTheRelease() throws SQLException {
    var delivery = ARGO_CD.delivery();
    delivery.awaitDone(delivery.begin(new Release(1, "shop-before", "002")));
    var before = delivery.database().schema();
    var bad = delivery.commit(new Release(2, "shop", "003"));
    delivery.awaitDone(bad);
    assertThat(delivery.database().schema()).isNotEqualTo(before);

    var revert = delivery.revert(bad);

    delivery.awaitDone(revert);
    assertThat(delivery.database().revisions()).containsExactly("002");
    assertThat(delivery.database().schema()).isEqualTo(before);
    assertThat(delivery.deployed()).contains("1");
  }

  @Test
  void aRevertThatWouldDeleteDataWaitsForTheActionThatApprovesIt() throws SQLException {
    var delivery = ARGO_CD.delivery();
    delivery.awaitDone(delivery.begin(new Release(1, "shop-before", "002")));
    var bad = delivery.commit(new Release(2, "shop", "003"));
    delivery.awaitDone(bad);
    delivery.database().execute("INSERT INTO customer VALUES (1, 'ada@example.com', 'Ada')");

    var revert = delivery.revert(bad);

    assertThat(delivery.awaitHealth("Suspended")).contains(LOSS, "Nothing was run");
    assertThat(delivery.awaitState("Suspended", state -> state.health().equals("Suspended")))
        .extracting(Application.State::phase)
        .isEqualTo("Running");
    assertThat(delivery.database().query("SELECT name FROM customer")).containsExactly("Ada");
    assertThat(delivery.deployed()).contains("2");

    // Nobody approves what he does not name.
    assertThat(delivery.actions().refusal("approve", Map.of()))
        .contains("name the plan by 8 or more characters of status.plan.digest");
    var digest = delivery.migration().status().plan().digest().substring(0, 12);
    delivery.actions().run("approve", Map.of("digest", digest));

    delivery.awaitDone(revert);
    assertThat(delivery.database().revisions()).containsExactly("002");
    assertThat(delivery.deployed()).contains("1");
  }
}
