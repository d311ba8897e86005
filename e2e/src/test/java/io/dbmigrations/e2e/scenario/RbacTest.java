package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.AuditLog;
import io.dbmigrations.e2e.fixture.Gate;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Operator;
import io.dbmigrations.e2e.fixture.Rights;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator may do what it does, and nothing else: its rights against the audit log. */
class RbacTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();
  @RegisterExtension static final Scenario NO_PODS = new Scenario();

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
    leaveAJobOfAnEarlierRelease(migration);
    // the second attempt finds the first one's ConfigMap and clears the Jobs away
    migration.retarget("001");
    assertThatMigration(migration).isReady().atRevision("001");
    stopAJobThatCannotStart();
    askWhyAJobHasNoPod();
    showAPlan();
    return migration;
  }

  private static void showAPlan() throws SQLException {
    var plan = SCENARIO.project(SCENARIO.database(), "shop").with("mode", "Plan").create();
    assertThatMigration(plan).has(Reason.PLANNED);
  }

  private static void leaveAJobOfAnEarlierRelease(Migration migration) {
    var client = SCENARIO.client();
    var name = "dbmigration-runner-old";
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(SCENARIO.namespace())
                .withName(name)
                .addToLabels(Names.MANAGED_BY_LABEL, Names.MANAGED_BY)
                .endMetadata()
                .build())
        .create();
    var last = migration.jobs().getLast();
    var labels = last.getMetadata().getLabels();
    client
        .resource(
            new JobBuilder()
                .withNewMetadata()
                .withNamespace(SCENARIO.namespace())
                .withName(last.getMetadata().getName() + "-old")
                .withLabels(labels)
                .withAnnotations(last.getMetadata().getAnnotations())
                .withOwnerReferences(last.getMetadata().getOwnerReferences())
                .endMetadata()
                .withNewSpec()
                .withSuspend(true)
                .withNewTemplate()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("migration")
                .withImage("any")
                .endContainer()
                .addNewVolume()
                .withName("runner")
                .withNewConfigMap()
                .withName(name)
                .endConfigMap()
                .endVolume()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .create();
  }

  private static void stopAJobThatCannotStart() throws SQLException {
    var migration =
        SCENARIO
            .project(SCENARIO.database(), "gated")
            .image("localhost/none:1")
            .with("imagePullPolicy", "IfNotPresent")
            .create();
    assertThatMigration(migration).has(Reason.IMAGE_PULL_FAILED);
    migration.edit("suspend", true);
    assertThatMigration(migration).has(Reason.SUSPENDED);
  }

  private static void askWhyAJobHasNoPod() throws SQLException {
    NO_PODS.kubectl().run("create", "quota", "none", "--hard=pods=0").orFail();
    var migration = NO_PODS.project(NO_PODS.database(), "gated").create();
    assertThatMigration(migration).has(Reason.QUOTA_EXCEEDED);
  }
}
