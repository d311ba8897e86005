package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Answer;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Gate;
import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import io.dbmigrations.e2e.fixture.TeamsChart;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A team's chart has the DatabaseMigration, and Helm waits for it. */
class HelmRollbackTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @TempDir Path directory;

  @Test
  void anInstallationReturnsWhenTheDatabaseIsThere() throws SQLException {
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var chart = chart(database);

    var installation =
        CompletableFuture.supplyAsync(() -> chart.install("003", "--wait", "--timeout=90s"));

    gate.awaitArrival();
    assertThat(installation).isNotDone();
    gate.open();
    installation.join().orFail();
    assertThat(database.revisions()).containsExactly("003");
  }

  @Test
  void aReleaseThatHelmTakesBackByItselfDeletesNothing() throws SQLException {
    var database = SCENARIO.database();
    var migration = migration(database);
    var chart = chart(database);
    chart.install("001", "--wait", "--timeout=60s").orFail();
    var gate = Gate.close(database);

    // Shorter than the migration: Helm restores the target of the release before, while it runs.
    Answer upgrade = chart.upgrade("003", "--rollback-on-failure", "--timeout=10s");

    assertThat(upgrade.code()).isNotZero();
    assertNothingIsDeleted(migration, database, gate);

    // The same release once more, now that its migration is done.
    chart.upgrade("003", "--wait", "--timeout=60s").orFail();
    assertThatMigration(migration).isReady().atRevision("003");
  }

  /**
   * Helm 3 waits for no resource of ours, but for a release that waits for its schema; and takes
   * all back when that comes too late.
   */
  @Test
  void whatHelm3TakesBackByItselfDeletesNothingEither() throws SQLException {
    var database = SCENARIO.database();
    var migration = migration(database);
    var chart = chart(database).with("release.yaml", release(migration)).by("helm3");
    chart.install("001", "--wait", "--timeout=60s").orFail();
    assertThatMigration(migration).isReady().atRevision("001");
    var gate = Gate.close(database);

    Answer upgrade = chart.upgrade("003", "--atomic", "--timeout=10s");

    assertThat(upgrade.code()).isNotZero();
    assertThat(upgrade.err()).contains("rolled back due to atomic being set");
    assertNothingIsDeleted(migration, database, gate);

    chart.upgrade("003", "--atomic", "--timeout=60s").orFail();
    assertThatMigration(migration).isReady().atRevision("003");
  }

  /** Although the old target is back before the migration to the new one has ended. */
  private static void assertNothingIsDeleted(Migration migration, Database database, Gate gate)
      throws SQLException {
    assertThat(migration.current().getSpec().targetRevision()).isEqualTo("001");
    gate.open();
    assertThatMigration(migration)
        .has(Reason.APPROVAL_REQUIRED)
        .saying("from 003 down to 001", "would delete rows of table ledger (3 rows)")
        .atRevision("003");
    assertThat(database.query("SELECT revision FROM ledger ORDER BY revision"))
        .containsExactly("001", "002", "003");
  }

  private static Migration migration(Database database) {
    return SCENARIO.project(database, "gated");
  }

  private TeamsChart chart(Database database) {
    var name = migration(database).name();
    return TeamsChart.write(
        SCENARIO,
        name,
        directory,
        """
        apiVersion: dbmigrations.io/v1alpha1
        kind: DatabaseMigration
        metadata: {name: %s}
        spec:
          targetRevision: {{ .Values.target | quote }}
          image: %s
          alembic: {workingDirectory: /projects/gated}
          database:
            secretRef: {name: %s, key: url}
        """
            .formatted(name, Images.PROJECTS, name));
  }

  /** A release whose Pods start when the schema is at the release's target. */
  private static String release(Migration migration) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: release}
    spec:
      selector: {matchLabels: {app: release}}
      template:
        metadata: {labels: {app: release}}
        spec:
          securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
          terminationGracePeriodSeconds: 1
          initContainers:
            - name: wait-for-schema
              image: &image %s
              workingDir: /projects/gated
              command: [sh, -c, "until alembic current | grep {{ .Values.target }}; do sleep 1; done"]
              env: [{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: %s, key: url}}}]
              securityContext: &none {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          containers:
            - {name: release, image: *image, command: [sleep, infinity], securityContext: *none}
    """
        .formatted(Images.PROJECTS, migration.name());
  }
}
