package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.fixture.Kubectl;
import io.dbmigrations.e2e.fixture.Operator;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operator and migrations need no exception from Pod Security. */
class RestrictedTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void theOperatorRunsWhereOnlyRestrictedPodsAreAdmitted() {
    isRestricted(new Kubectl(SCENARIO.kubectl().kubeconfig(), Operator.NAMESPACE));
    new Operator(SCENARIO.client()).awaitReady();
  }

  @Test
  void aMigrationRunsWhereOnlyRestrictedPodsAreAdmitted() throws SQLException {
    isRestricted(SCENARIO.kubectl());
    assertThatMigration(SCENARIO.migration(SCENARIO.database()).create()).isReady();
  }

  /** Not only by its label: an ordinary Pod is refused. */
  private static void isRestricted(Kubectl kubectl) {
    var answer = kubectl.run("run", "any", "--image=any", "--dry-run=server");
    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.err()).contains("violates PodSecurity \"restricted:");
  }
}
