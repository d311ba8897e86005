package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dbmigrations.e2e.fixture.HeldTable;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Prometheus;
import io.dbmigrations.e2e.fixture.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who is on duty has Prometheus scrape the operator. */
class MetricsTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();
  @TempDir static Path directory;
  private static Prometheus prometheus;

  @BeforeAll
  static void start() throws IOException {
    prometheus = Prometheus.start(SCENARIO.client(), directory);
  }

  @AfterAll
  static void stop() throws IOException {
    if (prometheus != null) {
      prometheus.close();
    }
  }

  @Test
  void aResourceIsSeenWithItsOwnNamespaceAndGoesWithItsResource() throws SQLException {
    var migration = SCENARIO.project(SCENARIO.database(), "gated").create();
    assertThatMigration(migration).isReady().atRevision("003");

    until("it is Ready", () -> prometheus.values(of("ready", migration)).equals(List.of(1.0)));
    var info = prometheus.series(of("info", migration)).getFirst().path("metric");
    assertThat(info.path("current").asText()).isEqualTo("003");
    assertThat(info.path("target").asText()).isEqualTo("head");
    assertThat(info.has("exported_namespace")).isFalse();
    assertThat(prometheus.series(of("out_of_sync_seconds", migration))).isEmpty();
    until(
        "it is counted",
        () -> prometheus.values("sum(dbmigration_migrations_total)").getFirst() > 0);

    migration.delete();
    until("it is gone", () -> prometheus.series(of("ready", migration)).isEmpty());
    assertThat(prometheus.series("dbmigration_leader")).hasSize(1);
  }

  @Test
  void somebodyIsToldThatAMigrationWaitsForALock() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").target("002").create();
    assertThatMigration(migration).isReady().atRevision("002");
    var alert =
        "ALERTS{alertname=\"DatabaseMigrationWaitsForLock\", namespace=\"%s\", name=\"%s\"}"
            .formatted(SCENARIO.namespace(), migration.name());

    try (var _ = HeldTable.of(database, "customer")) {
      migration.edit("timeouts.lock", HeldTable.PATIENCE);
      migration.retarget("003");
      until("the alert is pending", () -> prometheus.values(alert).equals(List.of(1.0)));
    }

    assertThatMigration(migration).isReady().atRevision("003");
    until("the alert is over", () -> prometheus.series(alert).isEmpty());
  }

  @Test
  void prometheusUnderstandsAllThatIsShownAndAsked() throws IOException {
    until(
        "each alert has been evaluated",
        () ->
            !prometheus.rules().isEmpty()
                && prometheus.rules().stream()
                    .allMatch(rule -> rule.path("health").asText().equals("ok")));
    assertThat(expressions())
        .isNotEmpty()
        .allSatisfy(expression ->
            assertThat(prometheus.query(expression).path("status").asText())
                .as(expression)
                .isEqualTo("success"));
    var ours =
        prometheus
            .page()
            .lines()
            .filter(line -> line.matches("(# (HELP|TYPE) )?dbmigration_.*"))
            .collect(Collectors.joining("\n", "", "\n"));
    assertThat(Prometheus.lint(ours).orFail()).isEmpty();
  }

  private static String of(String metric, Migration migration) {
    return "dbmigration_resource_%s{namespace=\"%s\", name=\"%s\"}"
        .formatted(metric, SCENARIO.namespace(), migration.name());
  }

  /** What the dashboard asks for, with the variables of Grafana as it would replace them. */
  private static List<String> expressions() throws IOException {
    var dashboard = Path.of("../helm/dbmigration-operator/files/dashboard.json");
    var expressions = new ArrayList<String>();
    for (JsonNode panel : new ObjectMapper().readTree(Files.readString(dashboard)).path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        expressions.add(
            target
                .path("expr")
                .asText()
                .replace("$__rate_interval", "1m")
                .replace("$namespace", ".*"));
      }
    }
    return expressions;
  }

  private static void until(String what, BooleanSupplier seen) {
    Awaitility.await(what).atMost(Duration.ofSeconds(60)).until(seen::getAsBoolean);
  }
}
