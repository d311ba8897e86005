package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.fixture.Answer;
import io.dbmigrations.e2e.fixture.Helm;
import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.Kubectl;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * With the chart's gate a release starts when the schema of its own image is there, however it was
 * deployed.
 */
class GateTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String KIND = "admissionregistration.k8s.io/v1/MutatingAdmissionPolicy";

  @BeforeAll
  static void installTheGate() {
    var policies =
        new Helm(SCENARIO.kubectl().kubeconfig())
            .template(SCENARIO.namespace(), "gate.yaml", List.of(KIND), "gate.enabled=true");
    kubectl().apply(policies).orFail();
    Awaitility.await("the policies' effect")
        .atMost(LONG)
        .until(() -> create("nobodys", "nobody", "", "--dry-run=server").code() != 0);
  }

  @AfterAll
  static void removeTheGate() {
    for (var kind : List.of("mutating", "validating")) {
      var name = SCENARIO.namespace() + "-dbmigration-operator-gate";
      kubectl().run("delete", kind + "admissionpolicybinding", name).orFail();
      kubectl().run("delete", kind + "admissionpolicy", name).orFail();
    }
  }

  @Test
  void aPodThatIsDeployedWithoutItsMigrationStartsWhenTheSchemaIsThere() throws SQLException {
    var migration = SCENARIO.migration(SCENARIO.database()).target("003").create();
    assertThatMigration(migration).isReady().atRevision("003");

    createWhenKnown("early", migration.name(), "");
    awaitLog("early", "The database is at 003; waiting for 019");
    assertThat(phase("early")).isEqualTo("Pending");

    migration.retarget("head");
    kubectl().run("wait", "pod/early", "--for=condition=Ready", "--timeout=120s").orFail();
    assertThatMigration(migration).isReady().atRevision("019");
  }

  @Test
  void aReleaseThatIsContentWithLessSaysSo() throws SQLException {
    var migration = SCENARIO.migration(SCENARIO.database()).target("004").create();
    assertThatMigration(migration).isReady().atRevision("004");

    createWhenKnown("content", migration.name(), "dbmigrations.io/wait-revision: \"003\"");
    kubectl().run("wait", "pod/content", "--for=condition=Ready", "--timeout=120s").orFail();
  }

  @Test
  void aDatabaseThatIsAheadLetsAnOlderReleaseStart() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.migration(database).create();
    assertThatMigration(migration).isReady().atRevision("019");
    database.execute("UPDATE alembic_version SET version_num = '020'");

    createWhenKnown("older", migration.name(), "");
    kubectl().run("wait", "pod/older", "--for=condition=Ready", "--timeout=120s").orFail();
    awaitLog("older", "The database is at 020");
  }

  @Test
  void aLabelThatNamesNobodyIsRefusedInClearWords() {
    assertThat(create("nobodys", "nobody", "", "--dry-run=server").err())
        .contains("dbmigrations.io/wait: \"nobody\"", "no DatabaseMigration of that name");
  }

  /** The policy hears of a new resource a moment later than its maker. */
  private static void createWhenKnown(String name, String migration, String annotation) {
    Awaitility.await("Pod " + name)
        .atMost(LONG)
        .until(() -> create(name, migration, annotation).code() == 0);
  }

  private static Answer create(
      String name, String migration, String annotation, String... options) {
    var application =
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          labels: {dbmigrations.io/wait: %s}
          annotations: {%s}
        spec:
          securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
          terminationGracePeriodSeconds: 1
          containers:
            - name: application
              image: %s
              imagePullPolicy: IfNotPresent
              command: [sleep, infinity]
              securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
        """
            .formatted(name, migration, annotation, Images.PLATFORM);
    return kubectl().create(application, options);
  }

  private static void awaitLog(String pod, String text) {
    Awaitility.await("log of " + pod)
        .atMost(LONG)
        .until(() -> kubectl().run("logs", pod, "-c", "wait-for-schema").out().contains(text));
  }

  private static String phase(String pod) {
    return kubectl().run("get", "pod", pod, "--output=jsonpath={.status.phase}").orFail();
  }

  /** With the version that this cluster prefers. */
  private static Kubectl kubectl() {
    return SCENARIO.kubectl();
  }
}
