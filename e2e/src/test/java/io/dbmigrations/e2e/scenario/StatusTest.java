package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** kubectl alone tells a person how things stand. */
class StatusTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void waitingForReadyEndsWhenTheDatabaseIsAtTheTarget() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").target("001").create();

    waitUntilReady(migration.name());

    assertThat(database.revisions()).containsExactly("001");
    // the condition of the revision before is still True when the wait begins
    for (var target : List.of("003", "001", "002", "003")) {
      kubectl(
          "patch",
          "dbmigration",
          migration.name(),
          "--type=merge",
          "--patch={\"spec\":{\"targetRevision\":\"%s\"}}".formatted(target));
      waitUntilReady(migration.name());
      assertThat(database.revisions()).containsExactly(target);
    }
  }

  @Test
  void waitingForAStalledResourceEndsToo() throws SQLException {
    var migration = SCENARIO.project(SCENARIO.database(), "shop").target("020").create();

    kubectl("wait", "dbmigration", migration.name(), "--for=condition=Stalled", "--timeout=60s");

    assertThat(kubectl("get", "dbmigration", migration.name())).contains("RevisionNotFound");
  }

  @Test
  void gettingResourcesShowsWhereTheyStand() throws SQLException {
    var good = SCENARIO.migration(SCENARIO.database()).target("003").create();
    var bad = SCENARIO.project(SCENARIO.database(), "shop").target("020").create();
    assertThatMigration(good).isReady();
    kubectl("wait", "dbmigration", bad.name(), "--for=condition=Stalled", "--timeout=60s");

    var narrow = kubectl("get", "dbmigrations");
    assertThat(words(narrow, "NAME"))
        .containsExactly("NAME", "CURRENT", "TARGET", "READY", "REASON", "AGE");
    assertThat(words(narrow, good.name()))
        .startsWith(good.name(), "003", "003", "True", "AtTargetRevision");
    assertThat(words(narrow, bad.name())).contains("020", "False", "RevisionNotFound");

    var wide = kubectl("get", "dbmigrations", "-o", "wide");
    assertThat(words(wide, "NAME"))
        .containsExactly(
            "NAME", "CURRENT", "TARGET", "READY", "REASON", "AGE", "IMAGE", "LAST", "MESSAGE");
    assertThat(line(wide, good.name())).contains(Images.PLATFORM, "The database is at 003");
    assertThat(line(wide, bad.name())).contains(Images.PROJECTS, "'020'");
  }

  @Test
  void describingAResourceShowsItsTransitionsAsEvents() throws SQLException {
    var migration = SCENARIO.project(SCENARIO.database(), "shop").target("002").create();
    assertThatMigration(migration).isReady();
    migration.retarget("020");
    kubectl("wait", "dbmigration", migration.name(), "--for=condition=Stalled", "--timeout=60s");
    migration.retarget("001");
    assertThatMigration(migration).isReady();

    var described = kubectl("describe", "dbmigration", migration.name());

    var events = described.substring(described.indexOf("Events:"));
    assertThat(events)
        .containsSubsequence(
            "Normal",
            "Migrating",
            "dbmigration-operator",
            "is to migrate to 002",
            "Normal",
            "AtTargetRevision",
            "dbmigration-operator",
            "database is at 002: 2 steps up from base",
            "Warning",
            "RevisionNotFound",
            "dbmigration-operator",
            "'020'",
            "Normal",
            "AtTargetRevision",
            "dbmigration-operator",
            "database is at 001: 1 step down from 002");
    assertThat(described).contains("Current Revision:", "Last Migration:", "Server Version:");
  }

  @Test
  void everyFieldIsExplained() {
    var schema =
        SCENARIO
            .client()
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .withName("databasemigrations.dbmigrations.io")
            .require()
            .getSpec()
            .getVersions()
            .getFirst()
            .getSchema()
            .getOpenAPIV3Schema();
    // kubectl explains an object together with each of its fields
    var objects =
        Stream.of("spec", "status")
            .flatMap(part -> objects(part, schema.getProperties().get(part)))
            .toList();

    assertThat(objects).contains("spec", "spec.timeouts", "status.conditions");
    assertThat(objects)
        .allSatisfy(object ->
            assertThat(kubectl("explain", "databasemigration." + object))
                .contains("DESCRIPTION:", "FIELDS:")
                .doesNotContain("<empty>", "<no description>"));
    assertThat(kubectl("explain", "databasemigration.spec.targetRevision"))
        .contains("Editing it forward", "YAML reads 002");
  }

  private static Stream<String> objects(String path, JSONSchemaProps schema) {
    var items = schema.getItems() == null ? schema : schema.getItems().getSchema();
    var properties = items.getProperties();
    return properties == null || properties.isEmpty()
        ? Stream.empty()
        : Stream.concat(
            Stream.of(path),
            properties.entrySet().stream()
                .flatMap(field -> objects(path + "." + field.getKey(), field.getValue())));
  }

  private static void waitUntilReady(String name) {
    kubectl("wait", "dbmigration", name, "--for=condition=Ready", "--timeout=60s");
  }

  private static List<String> words(String table, String name) {
    return List.of(line(table, name).split("\\s+", -1));
  }

  private static String line(String table, String name) {
    return table.lines().filter(line -> line.startsWith(name)).findFirst().orElseThrow().strip();
  }

  private static String kubectl(String... arguments) {
    return SCENARIO.kubectl().run(arguments).orFail();
  }
}
