package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.fixture.AuditLog;
import io.dbmigrations.e2e.fixture.Gate;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Operator;
import io.dbmigrations.e2e.fixture.Rights;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator may do what it does, and nothing else: its rights against the audit log. */
class RbacTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void everyRightIsUsedAndEveryRequestIsAllowed() throws SQLException {
    var migration = doAllThatAnOperatorDoes();

    var operator = new Operator(SCENARIO.client());
    var pods = operator.pods().stream().map(pod -> pod.getMetadata().getName()).toList();
    var log = new AuditLog(SCENARIO.client()).requests();
    // of those that run now: while a release is changed, an old one may be refused
    assertThat(log)
        .filteredOn(request -> pods.contains(request.pod()))
        .allMatch(AuditLog.Request::allowed);
    assertThat(log)
        .as("what it did just now is in the log")
        .anyMatch(request -> request.name().equals(migration.name()));

    var granted = new Rights(SCENARIO.client()).granted();
    assertThat(granted).isNotEmpty().noneMatch(right -> right.contains("*"));
    assertThat(Rights.used(log)).containsAll(granted);
  }

  private static Migration doAllThatAnOperatorDoes() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var migration = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();
    // whether the Job is there is asked only where the cache has none
    SCENARIO.client().resource(migration.jobs().getFirst()).delete();
    gate.open();
    assertThatMigration(migration).isReady().atRevision("003");
    // the second attempt finds the first one's ConfigMap and clears its Job away
    migration.retarget("001");
    assertThatMigration(migration).isReady().atRevision("001");
    return migration;
  }
}
