package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the Pod of a migration is besides what the operator makes it. */
class PodTemplateTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final Map<String, Object> REGION = Map.of("name", "REGION", "value", "eu");

  @Test
  void thePodIsAsItsTemplateSaysAndOnlyAVariableAsksForAMigration() throws SQLException {
    SCENARIO.secret("more", "TENANT", "shop");
    var migration = region();
    migration
        .with(
            "podTemplate",
            Map.of(
                "metadata",
                Map.of("labels", Map.of("team", "shop"), "annotations", Map.of("note", "a")),
                "spec",
                Map.of(
                    "priorityClassName",
                    "",
                    "tolerations",
                    List.of(Map.of("key", "dedicated", "operator", "Exists")),
                    "volumes",
                    List.of(Map.of("name", "scratch", "emptyDir", Map.of("sizeLimit", "1Mi"))),
                    "initContainers",
                    List.of(helper("prepare", "true")),
                    "containers",
                    List.of(
                        Map.of(
                            "name",
                            "migration",
                            "env",
                            List.of(REGION),
                            "envFrom",
                            List.of(Map.of("secretRef", Map.of("name", "more"))),
                            "resources",
                            Map.of("limits", Map.of("memory", "256Mi")),
                            "volumeMounts",
                            List.of(Map.of("name", "scratch", "mountPath", "/scratch"))),
                        helper("beside", "sleep", "3600")))))
        .create();

    assertThatMigration(migration).isReady().atRevision("001").afterAttempts(1);
    var pod = migration.pods().getFirst();
    assertThat(pod.getMetadata().getLabels()).containsEntry("team", "shop");
    assertThat(pod.getSpec().getTolerations()).anyMatch(one -> "dedicated".equals(one.getKey()));
    assertThat(pod.getSpec().getInitContainers()).hasSize(1);
    var container = pod.getSpec().getContainers().getFirst();
    assertThat(container.getEnv()).anyMatch(one -> one.getName().equals("REGION"));
    assertThat(container.getResources().getLimits()).containsKey("memory");
    assertThat(container.getVolumeMounts())
        .anyMatch(mount -> mount.getMountPath().equals("/scratch"));

    migration.edit("podTemplate.metadata.labels.team", "platform");
    assertThatMigration(migration).isReady().afterAttempts(1);
  }

  @Test
  void aFieldThatTheOperatorNeedsOtherwiseIsRefusedByItsName() throws SQLException {
    var migration = region();
    withContainer(migration, "command", List.of("sh")).create();
    assertThatMigration(migration)
        .has(Reason.POD_TEMPLATE_INVALID)
        .saying("spec.podTemplate.spec.containers[migration].command", "spec.alembic.command");
    assertThat(migration.jobs()).isEmpty();

    migration.edit("podTemplate", template(Map.of("env", List.of(REGION))));
    assertThatMigration(migration).isReady().atRevision("001");
  }

  @Test
  void aFieldThatTheApiServerDoesNotKnowIsNamed() throws SQLException {
    var migration = region();
    withContainer(migration, "evn", List.of(REGION)).create();
    assertThatMigration(migration)
        .has(Reason.POD_TEMPLATE_INVALID)
        .saying("spec.template.spec.containers[0].evn");
  }

  @Test
  void aValueThatTheApiServerDoesNotTakeIsNamed() throws SQLException {
    var migration = region();
    withContainer(migration, "imagePullPolicy", "Sometimes").create();
    assertThatMigration(migration)
        .has(Reason.POD_TEMPLATE_INVALID)
        .saying("imagePullPolicy", "Sometimes");
  }

  @Test
  void aFileThatCannotBeWrittenIsToldWithTheSwitchThatLetsIt() throws SQLException {
    var migration = region();
    withContainer(migration, "env", List.of(REGION)).with("alembic.arguments.note", "yes").create();
    assertThatMigration(migration)
        .has(Reason.CONFIGURATION_ERROR)
        .saying("Read-only file system", "/tmp", "readOnlyRootFilesystem: false");

    migration.edit(
        "podTemplate",
        template(
            Map.of(
                "env",
                List.of(REGION),
                "securityContext",
                Map.of("readOnlyRootFilesystem", false))));
    assertThatMigration(migration).isReady().atRevision("001");
  }

  @Test
  void whatMakesTheEnvironmentIsPutBeforeTheRunner() throws SQLException {
    var migration = region();
    migration.with("alembic.command", List.of("env", "REGION=eu", "python3")).create();
    assertThatMigration(migration).isReady().atRevision("001");
  }

  private static Migration region() throws SQLException {
    return SCENARIO.project(SCENARIO.database(), "region");
  }

  private static Migration withContainer(Migration migration, String field, Object value) {
    return migration.with("podTemplate", template(Map.of(field, value)));
  }

  private static Map<String, Object> template(Map<String, Object> container) {
    var named = new HashMap<String, Object>(container);
    named.put("name", "migration");
    return Map.of("spec", Map.of("containers", List.of(named)));
  }

  /** A further container of the Pod, within what the namespace admits. */
  private static Map<String, Object> helper(String name, String... command) {
    return Map.of(
        "name",
        name,
        "image",
        Images.PROJECTS,
        "command",
        List.of(command),
        "securityContext",
        Map.of("allowPrivilegeEscalation", false, "capabilities", Map.of("drop", List.of("ALL"))));
  }
}
