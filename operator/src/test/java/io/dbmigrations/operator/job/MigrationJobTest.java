package io.dbmigrations.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.template.InvalidTemplateException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MigrationJobTest {

  private static final RunnerFiles RUNNER =
      new RunnerFiles(new TreeMap<>(Map.of("__main__.py", "pass")), "abc");

  private static final AttemptStatus ATTEMPT =
      AttemptStatusBuilder.builder()
          .number(3)
          .job(JobName.of("agent.platform", "7c1d", 3))
          .mode(MigrationMode.MIGRATE)
          .target("head")
          .image("migrations:1")
          .request("hash")
          .generation(1)
          .startedAt("2026-01-11T10:00:00Z")
          .build();

  private static final String RESOURCE =
      """
      apiVersion: dbmigrations.io/v1alpha1
      kind: DatabaseMigration
      metadata:
        {name: agent.platform, namespace: platform, uid: 7c1d, generation: 1,
         resourceVersion: "41", creationTimestamp: "2026-01-11T09:00:00Z"}
      spec:
        targetRevision: head
        image: migrations:1
        imagePullSecrets: [{name: registry}]
        database: {secretRef: {name: agent-platform-db, key: url}}
        alembic: {workingDirectory: /srv/app, arguments: {tenant: a}}
        timeouts: {run: 1h, statement: 90s}
        rollback: {policy: Forbid}
        invalidIndexes: Drop
      """;

  @Test
  void onlyTheEnvironmentOfThePodTemplateAsksForAMigration() {
    String asked = MigrationRequest.hash(resource(RESOURCE).getSpec());
    String template =
        RESOURCE
            + "  podTemplate: {metadata: {labels: {a: b}}, spec: {containers: [{name: migration, %s}]}}\n";
    assertThat(
            MigrationRequest.hash(
                resource(template.formatted("resources: {limits: {cpu: 1}}")).getSpec()))
        .isEqualTo(asked);
    assertThat(
            MigrationRequest.hash(
                resource(template.formatted("env: [{name: A, value: b}]")).getSpec()))
        .isNotEqualTo(asked);
  }

  @Test
  void putsTheWordsOfTheCommandBeforeTheRunner() {
    assertThat(pod(RESOURCE).getContainers().getFirst().getCommand())
        .containsExactly("python3", "/dbmigration");
    String command =
        RESOURCE.replace("alembic: {", "alembic: {command: [/entrypoint.sh, python3], ");
    assertThat(pod(command).getContainers().getFirst().getCommand())
        .containsExactly("/entrypoint.sh", "python3", "/dbmigration");
  }

  @Test
  void meetsThePodSecurityStandardRestricted() {
    PodSpec pod = pod(RESOURCE);
    Container container = pod.getContainers().getFirst();

    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
  }

  @Test
  void leavesRepetitionToTheOperator() {
    Job job = job(RESOURCE);

    assertThat(job.getSpec().getBackoffLimit()).isZero();
    // Nor to an admission plugin that raises the limit.
    assertThat(job.getSpec().getPodFailurePolicy().getRules())
        .allSatisfy(rule -> assertThat(rule.getAction()).isEqualTo("FailJob"));
    assertThat(job.getSpec().getPodReplacementPolicy()).isEqualTo("Failed");
    assertThat(job.getSpec().getTtlSecondsAfterFinished()).isNull();
    assertThat(job.getSpec().getTemplate().getSpec().getRestartPolicy()).isEqualTo("Never");
    // It would count the wait for a node as well.
    assertThat(job.getSpec().getActiveDeadlineSeconds()).isNull();
  }

  @Test
  void passesTheSecretByReferenceAndTheRequestByValue() {
    Container container = pod(RESOURCE).getContainers().getFirst();

    assertThat(container.getCommand()).containsExactly("python3", "/dbmigration");
    assertThat(container.getWorkingDir()).isEqualTo("/srv/app");
    assertThat(container.getEnv())
        .anySatisfy(variable -> {
          assertThat(variable.getName()).isEqualTo("DATABASE_URL");
          assertThat(variable.getValue()).isNull();
          assertThat(variable.getValueFrom().getSecretKeyRef().getKey()).isEqualTo("url");
        })
        .anySatisfy(variable ->
            assertThat(variable.getValue())
                .isEqualTo(
                    """
                    {"version":1,"mode":"Migrate","name":"platform/agent.platform",\
                    "resource":{"uid":"7c1d","created":"2026-01-11T09:00:00Z","version":"41"},\
                    "attempt":3,"target":"head",\
                    "config":"alembic.ini","section":"alembic","arguments":{"tenant":"a"},\
                    "database":{"variable":"DATABASE_URL","connection":null,"certificates":null,"unverified":"Forbid"},\
                    "urlOptions":["sqlalchemy.url"],"flaskApp":null,"versionTable":null,\
                    "timeouts":{"lock":5000,"statement":90000,"busy":60000,"run":3600000},\
                    "rollback":{"policy":"Forbid","irreversible":"Forbid"},\
                    "approval":{"rollbacks":"WhenLossy","upgrades":"Never","plans":[],"spent":[]},\
                    "downFrom":null,"invalidIndexes":"Drop","claimants":["older"],"declarations":[],\
                    "history":"Enabled","image":"migrations:1","setup":"d1bb5c61724c"}\
                    """));
  }

  @Test
  void letsEachJobGoThroughASetInTheSameOrder() {
    assertThat(pod(RESOURCE).getContainers().getFirst().getEnv())
        .anySatisfy(variable -> {
          assertThat(variable.getName()).isEqualTo("PYTHONHASHSEED");
          assertThat(variable.getValue()).isEqualTo("0");
        });
  }

  @Test
  void namesObjectsSoThatASecondCreateFindsTheFirst() {
    assertThat(job(RESOURCE).getMetadata().getName())
        .isEqualTo(JobName.of("agent.platform", "7c1d", 3))
        .startsWith("agent-platform-3-");
    assertThat(JobName.of("a".repeat(253), "7c1d", 1_000_000)).hasSizeLessThanOrEqualTo(63);
    assertThat(JobName.of("a", "7c1d", 1)).isNotEqualTo(JobName.of("a", "7c1e", 1));
  }

  @Test
  void hashesWhatIsAskedForAndNothingElse() {
    DatabaseMigration resource = resource(RESOURCE);
    String hash = MigrationRequest.hash(resource.getSpec());

    for (String edit :
        List.of(
            "1h=2h",
            "policy: Forbid=policy: Allow",
            "Drop=Forbid",
            "invalidIndexes: Drop=drift: {interval: 1m, reader: Job}",
            "invalidIndexes: Drop=history: Disabled",
            "key: url}=key: url}, unverified: Allow",
            "tenant: a}=tenant: a}, urlOptions: [sqlalchemy.url]")) {
      String[] parts = edit.split("=", 2);
      assertThat(MigrationRequest.hash(resource(RESOURCE.replace(parts[0], parts[1])).getSpec()))
          .as(edit)
          .isEqualTo(hash);
    }
    for (String edit :
        List.of(
            "head=003",
            "migrations:1=migrations:2",
            "tenant: a=tenant: b",
            "tenant: a}=tenant: a}, urlOptions: [url]",
            "tenant: a}=tenant: a}, flaskApp: shop:create_app")) {
      String[] parts = edit.split("=", 2);
      assertThat(MigrationRequest.hash(resource(RESOURCE.replace(parts[0], parts[1])).getSpec()))
          .as(edit)
          .isNotEqualTo(hash);
    }
  }

  @Test
  void tellsTheLimitOfARunThatTheJobWasAskedToKeep() {
    assertThat(MigrationJob.requestOf(job(RESOURCE)).flatMap(MigrationRequest::runLimit))
        .contains(Duration.ofHours(1));
    assertThat(
            MigrationJob.requestOf(job(RESOURCE.replace("run: 1h, ", "")))
                .flatMap(MigrationRequest::runLimit))
        .isEmpty();
  }

  @Test
  void carriesLabelsByWhichAPersonFindsItsLogs() {
    Job job = job(RESOURCE);
    assertThat(job.getMetadata().getLabels())
        .isEqualTo(job.getSpec().getTemplate().getMetadata().getLabels())
        .containsEntry("app.kubernetes.io/instance", "agent.platform")
        .containsEntry("app.kubernetes.io/managed-by", "dbmigration-operator")
        .containsEntry(Names.UID_LABEL, "7c1d")
        .containsEntry(Names.ATTEMPT_LABEL, "3");
    assertThat(JobName.label("a".repeat(64))).hasSizeLessThanOrEqualTo(63);
    assertThat(JobName.label("a".repeat(64))).isNotEqualTo(JobName.label("a".repeat(65)));
  }

  @Test
  void mountsTheFilesOfTheRunnerIntoFoldersThoughAConfigMapHasNone() {
    RunnerFiles files =
        new RunnerFiles(
            new TreeMap<>(Map.of("__main__.py", "pass", "plan/steps.py", "STEPS = 1")), "abc");
    ConfigMap configMap = MigrationJob.runner(resource(RESOURCE), files);
    List<KeyToPath> items =
        job(resource(RESOURCE), files)
            .getSpec()
            .getTemplate()
            .getSpec()
            .getVolumes()
            .getFirst()
            .getConfigMap()
            .getItems();

    assertThat(configMap.getImmutable()).isTrue();
    assertThat(items)
        .allSatisfy(item ->
            assertThat(configMap.getData().get(item.getKey()))
                .isEqualTo(files.files().get(item.getPath())));
    assertThat(items).extracting(KeyToPath::getPath).contains("plan/steps.py");
  }

  @Test
  void hasOneConfigMapForAllResourcesOfANamespace() {
    DatabaseMigration other = resource(RESOURCE.replace("agent.platform", "billing"));
    assertThat(MigrationJob.runner(other, RUNNER).getMetadata().getName())
        .isEqualTo(MigrationJob.runner(resource(RESOURCE), RUNNER).getMetadata().getName())
        .isEqualTo(MigrationJob.runnerOf(job(RESOURCE)).orElseThrow());
  }

  private static PodSpec pod(String yaml) {
    return job(yaml).getSpec().getTemplate().getSpec();
  }

  private static Job job(String yaml) {
    return job(resource(yaml), RUNNER);
  }

  private static Job job(DatabaseMigration resource, RunnerFiles runner) {
    try {
      return MigrationJob.job(
          resource,
          ATTEMPT,
          MigrationRequest.of(resource, ATTEMPT, List.of("older")),
          runner,
          List.of());
    } catch (InvalidTemplateException e) {
      throw new AssertionError(e);
    }
  }

  private static DatabaseMigration resource(String yaml) {
    return Serialization.unmarshal(yaml, DatabaseMigration.class);
  }
}
