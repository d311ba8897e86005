package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An admission webhook that does not answer keeps every Job away. */
class WebhookTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void aWebhookThatIsDownIsNamedAndWaitedFor() throws SQLException {
    var name = SCENARIO.namespace();
    SCENARIO.kubectl().apply(webhook(name)).orFail();
    try {
      var migration = SCENARIO.project(SCENARIO.database(), "gated").create();

      assertThatMigration(migration)
          .has(Reason.API_SERVER_ERROR)
          .saying("answered 500", "jobs.down");

      SCENARIO.kubectl().run("delete", "validatingwebhookconfiguration", name).orFail();
      assertThatMigration(migration).isReady().atRevision("003").afterAttempts(1);
    } finally {
      SCENARIO
          .kubectl()
          .run("delete", "--ignore-not-found", "validatingwebhookconfiguration", name)
          .orFail();
    }
  }

  private static String webhook(String name) {
    return """
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: %1$s}
    webhooks:
      - name: jobs.down.example
        admissionReviewVersions: [v1]
        sideEffects: None
        failurePolicy: Fail
        timeoutSeconds: 1
        clientConfig: {service: {name: nowhere, namespace: %1$s}}
        namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
        rules:
          - {apiGroups: [batch], apiVersions: [v1], operations: [CREATE], resources: [jobs]}
    """
        .formatted(name);
  }
}
