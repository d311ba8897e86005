package io.dbmigrations.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MigrationJobTest {

  private static final RunnerFiles RUNNER =
      new RunnerFiles(new TreeMap<>(Map.of("__main__.py", "pass")), "abc");

  private static final String RESOURCE =
      """
      apiVersion: dbmigrations.io/v1alpha1
      kind: DatabaseMigration
      metadata: {name: agent.platform, namespace: platform, uid: 7c1d, generation: 1}
      spec:
        targetRevision: head
        image: migrations:1
        imagePullSecrets: [{name: registry}]
        database: {secretRef: {name: agent-platform-db, key: url}}
        alembic: {workingDirectory: /srv/app, arguments: {tenant: a}}
        timeouts: {run: 1h, statement: 90s}
        rollback: {policy: Forbid}
        retry: {invalidIndexes: Drop}
      """;

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
    assertThat(job.getSpec().getPodReplacementPolicy()).isEqualTo("Failed");
    assertThat(job.getSpec().getTtlSecondsAfterFinished()).isNull();
    assertThat(job.getSpec().getTemplate().getSpec().getRestartPolicy()).isEqualTo("Never");
    assertThat(job.getSpec().getActiveDeadlineSeconds()).isEqualTo(3600 + 300 + 60);
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
                    {"version":1,"name":"platform/agent.platform","attempt":3,"target":"head",\
                    "config":"alembic.ini","section":"alembic","arguments":{"tenant":"a"},\
                    "timeouts":{"lock":5000,"statement":90000,"busy":60000,"run":3600000},\
                    "rollback":{"policy":"Forbid","irreversible":"Refuse"},\
                    "invalidIndexes":"Drop"}\
                    """));
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

    for (String edit : List.of("1h=2h", "Forbid=Allow", "Drop=Refuse")) {
      String[] parts = edit.split("=", 2);
      assertThat(MigrationRequest.hash(resource(RESOURCE.replace(parts[0], parts[1])).getSpec()))
          .as(edit)
          .isEqualTo(hash);
    }
    for (String edit : List.of("head=003", "migrations:1=migrations:2", "tenant: a=tenant: b")) {
      String[] parts = edit.split("=", 2);
      assertThat(MigrationRequest.hash(resource(RESOURCE.replace(parts[0], parts[1])).getSpec()))
          .as(edit)
          .isNotEqualTo(hash);
    }
  }

  @Test
  void keepsTheLastSuccessAndTheLastFailure() {
    List<KeptJob> jobs =
        List.of(
            new KeptJob("failure-1", 1, false),
            new KeptJob("success-2", 2, true),
            new KeptJob("failure-3", 3, false),
            new KeptJob("success-4", 4, true),
            new KeptJob("ended-5", 5, false),
            new KeptJob("not-said-yet", 4, null));

    assertThat(KeptJob.obsolete(jobs, "ended-5", true))
        .containsExactly("failure-1", "success-2", "success-4");
    assertThat(KeptJob.obsolete(jobs, "ended-5", false))
        .containsExactly("failure-1", "success-2", "failure-3");
  }

  private static PodSpec pod(String yaml) {
    return job(yaml).getSpec().getTemplate().getSpec();
  }

  private static Job job(String yaml) {
    AttemptStatus attempt =
        new AttemptStatus(
            3,
            JobName.of("agent.platform", "7c1d", 3),
            "migrations:1",
            "hash",
            1,
            null,
            null,
            "2026-01-11T10:00:00Z",
            0,
            null);
    return MigrationJob.job(resource(yaml), attempt, RUNNER);
  }

  private static DatabaseMigration resource(String yaml) {
    return Serialization.unmarshal(yaml, DatabaseMigration.class);
  }
}
