package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.AuditLog;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where nothing changes, the operator writes nothing. */
@Order(1)
class QuietTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void whatIsSettledCausesNoWritesAndNoJobsForTwoMinutes() throws Exception {
    var settled = settled();
    settled.forEach((reason, migration) -> assertThatMigration(migration).has(reason));
    // the events of the last transitions come after the status
    TimeUnit.SECONDS.sleep(5);
    var versions = versions(settled);
    var jobs = jobs(settled);

    var since = Instant.now();
    TimeUnit.MINUTES.sleep(2);

    var writes =
        new AuditLog(SCENARIO.client())
            .requests().stream()
                .filter(request -> request.namespace().equals(SCENARIO.namespace()))
                .filter(AuditLog.Request::writes)
                .toList();
    assertThat(writes).as("what it wrote before").isNotEmpty();
    assertThat(writes).filteredOn(write -> write.at().isAfter(since)).isEmpty();
    assertThat(versions(settled)).isEqualTo(versions);
    assertThat(jobs(settled)).isEqualTo(jobs);
  }

  private static Map<Reason, Migration> settled() throws SQLException {
    var resources = new LinkedHashMap<Reason, Migration>();
    resources.put(Reason.AT_TARGET_REVISION, gated().create());
    resources.put(Reason.SUSPENDED, gated().with("suspend", true).create());
    resources.put(Reason.REVISION_NOT_FOUND, gated().target("unknown").create());
    resources.put(
        Reason.IMAGE_PULL_FAILED,
        gated().image("localhost/none:1").with("imagePullPolicy", "IfNotPresent").create());
    resources.put(
        Reason.SECRET_MISSING, gated().with("database.secretRef.name", "missing").create());
    resources.put(Reason.AUTHENTICATION_FAILED, withWrongPassword());
    resources.put(Reason.DATABASE_UNREACHABLE, whichWaitsForItsNextAttempt());
    return resources;
  }

  private static Migration gated() throws SQLException {
    return SCENARIO.project(SCENARIO.database(), "gated");
  }

  private static Migration withWrongPassword() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "gated");
    SCENARIO.secret(
        migration.name(), "url", database.url("postgresql+psycopg", database.name(), "wrong"));
    return migration.create();
  }

  private static Migration whichWaitsForItsNextAttempt() throws SQLException {
    var migration = gated().with("retry.backoff", "5m");
    SCENARIO.secret(
        migration.name(), "url", "postgresql+psycopg://nobody:none@nowhere.invalid/none");
    return migration.create();
  }

  private static Map<String, String> versions(Map<Reason, Migration> resources) {
    var versions = new TreeMap<String, String>();
    resources.forEach((reason, migration) ->
        versions.put(reason.wireName(), migration.current().getMetadata().getResourceVersion()));
    return versions;
  }

  private static Map<String, Integer> jobs(Map<Reason, Migration> resources) {
    var jobs = new TreeMap<String, Integer>();
    resources.forEach((reason, migration) -> jobs.put(reason.wireName(), migration.jobs().size()));
    return jobs;
  }
}
