package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The cluster does not let a migration start, and lets it later. */
class RefusedByClusterTest {
  // each with a rule of its own
  @RegisterExtension static final Scenario NO_JOBS = new Scenario();
  @RegisterExtension static final Scenario NEVER_JOBS = new Scenario();
  @RegisterExtension static final Scenario NO_PODS = new Scenario();
  @RegisterExtension static final Scenario TOO_MUCH = new Scenario();
  @RegisterExtension static final Scenario POLICY = new Scenario();
  @RegisterExtension static final Scenario NAMES = new Scenario();

  @Test
  void aQuotaThatAllowsNoJobIsNamedUntilItIsRaised() throws SQLException {
    NO_JOBS.kubectl().run("create", "quota", "none", "--hard=count/jobs.batch=0").orFail();
    var migration = gated(NO_JOBS).create();

    assertThatMigration(migration)
        .has(Reason.QUOTA_EXCEEDED)
        .saying("refused Job", "exceeded quota: none", "count/jobs.batch");

    NO_JOBS.kubectl().run("delete", "quota", "none").orFail();
    assertThatMigration(migration).isReady().atRevision("003");
  }

  @Test
  void whoRetriesInVainGivesUpAndSaysHowOften() throws SQLException {
    NEVER_JOBS.kubectl().run("create", "quota", "never", "--hard=count/jobs.batch=0").orFail();
    var migration = gated(NEVER_JOBS).with("retry.limit", 1).with("retry.backoff", "1s").create();

    assertThatMigration(migration)
        .has(Reason.RETRIES_EXHAUSTED)
        .saying("2 failed in a row (retry.limit is 1)", "QuotaExceeded: ", "dbmigrations.io/retry")
        .afterAttempts(2);

    NEVER_JOBS.kubectl().run("delete", "quota", "never").orFail();
    migration.retry("the quota is raised");
    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(3);
  }

  @Test
  void aQuotaThatAllowsNoPodIsNamedUntilItIsRaised() throws SQLException {
    NO_PODS.kubectl().run("create", "quota", "none", "--hard=pods=0").orFail();
    var migration = gated(NO_PODS).create();

    assertThatMigration(migration)
        .has(Reason.QUOTA_EXCEEDED)
        .saying("refuses the Pod of Job", "exceeded quota: none", "Raise that quota")
        .afterAttempts(1);

    NO_PODS.kubectl().run("delete", "quota", "none").orFail();
    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(1);
  }

  @Test
  void aPodThatNoNodeCanTakeIsNamedUntilThereIsRoomForIt() throws SQLException {
    requestCpus("1000");
    var migration = gated(TOO_MUCH).create();

    assertThatMigration(migration)
        .has(Reason.UNSCHEDULABLE)
        .saying("finds no node", "Insufficient cpu", "LimitRange", "dbmigrations.io/retry")
        .afterAttempts(1);

    requestCpus("10m");
    // the Pod keeps what it asked for when it was made
    migration.retry("asking for less");
    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(2);
    migration.awaitOneJob();
  }

  @Test
  void aPolicyThatRefusesTheJobIsQuotedUntilItIsChanged() throws SQLException {
    var policy = POLICY.namespace();
    POLICY.kubectl().apply(everyJobNamesItsTeam(policy)).orFail();
    try {
      Awaitility.await("the policy's effect")
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              POLICY
                  .kubectl()
                  .run("create", "job", "any", "--image=any", "--dry-run=server")
                  .err()
                  .contains("names its team"));
      var migration = gated(POLICY).create();

      assertThatMigration(migration)
          .has(Reason.JOB_REJECTED)
          .saying("refused Job", "every Job names its team");

      POLICY.kubectl().run("delete", "validatingadmissionpolicybinding", policy).orFail();
      assertThatMigration(migration).isReady().atRevision("003");
    } finally {
      POLICY
          .kubectl()
          .run("delete", "--ignore-not-found", "validatingadmissionpolicybinding", policy)
          .orFail();
      POLICY.kubectl().run("delete", "validatingadmissionpolicy", policy).orFail();
    }
  }

  @Test
  void anObjectOfSomebodyElseIsLeftAloneAndNamed() throws SQLException {
    var migration = gated(NAMES).target("001").create();
    assertThatMigration(migration).isReady().atRevision("001");
    var kubectl = NAMES.kubectl();
    var runner =
        kubectl
            .run("get", "configmaps", "--output=name", "--selector=app.kubernetes.io/managed-by")
            .orFail()
            .strip();
    var name = runner.substring("configmap/".length());
    kubectl.run("delete", runner).orFail();
    kubectl.run("create", "configmap", name, "--from-literal=mine=1").orFail();

    migration.retarget("003");

    assertThatMigration(migration)
        .has(Reason.JOB_NAME_CONFLICT)
        .saying("ConfigMap " + name, "nobody else needs it", "makes its own")
        .atRevision("001");
    assertThat(kubectl.run("get", runner, "--output=jsonpath={.data.mine}").orFail())
        .isEqualTo("1");

    kubectl.run("delete", runner).orFail();
    assertThatMigration(migration).isReady().atRevision("003");
  }

  private static Migration gated(Scenario scenario) throws SQLException {
    Database database = scenario.database();
    return scenario.project(database, "gated");
  }

  private static void requestCpus(String cpus) {
    TOO_MUCH
        .kubectl()
        .apply(
            """
            apiVersion: v1
            kind: LimitRange
            metadata: {name: cpu}
            spec:
              limits:
                - type: Container
                  defaultRequest: {cpu: %s}
            """
                .formatted(cpus))
        .orFail();
  }

  private static String everyJobNamesItsTeam(String namespace) {
    return """
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicy
    metadata: {name: %1$s}
    spec:
      matchConstraints:
        resourceRules:
          - {apiGroups: [batch], apiVersions: [v1], operations: [CREATE], resources: [jobs]}
      validations:
        - expression: "'team' in object.metadata.?labels.orValue({})"
          message: every Job names its team
    ---
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicyBinding
    metadata: {name: %1$s}
    spec:
      policyName: %1$s
      validationActions: [Deny]
      matchResources:
        namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
    """
        .formatted(namespace);
  }
}
