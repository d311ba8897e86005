package io.dbmigrations.training;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Job controller, scheduler, kubelet and runner in one: each new Job has its Pod, which says that
 * it runs, and then that it has migrated.
 */
final class JobController implements ResourceEventHandler<Job> {

  private final KubernetesClient client;
  private final Database database;
  private final String revision;

  /**
   * One that is not told of any Job yet.
   *
   * @param revision to which each Job migrates
   */
  JobController(KubernetesClient client, Database database, String revision) {
    this.client = client;
    this.database = database;
    this.revision = revision;
  }

  @Override
  public void onAdd(Job job) {
    Pod pod = client.resource(pod(job)).create();
    pod =
        client
            .resource(
                inState(
                    pod,
                    "Running",
                    new ContainerStateBuilder()
                        .withNewRunning()
                        .withStartedAt(now())
                        .endRunning()
                        .build()))
            .update();
    try {
      database.migrate(revision);
    } catch (SQLException e) {
      throw new IllegalStateException("The training's own migration failed", e);
    }
    client
        .resource(
            inState(
                pod,
                "Succeeded",
                new ContainerStateBuilder()
                    .withNewTerminated()
                    .withReason("Completed")
                    .withExitCode(0)
                    .withStartedAt(now())
                    .withFinishedAt(now())
                    .withMessage(outcome(revision))
                    .endTerminated()
                    .build()))
        .update();
    client
        .resource(
            new JobBuilder(job)
                .withNewStatus()
                .addNewCondition()
                .withType("Complete")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build())
        .update();
  }

  @Override
  public void onUpdate(Job before, Job after) {}

  @Override
  public void onDelete(Job job, boolean finalStateUnknown) {}

  private static Pod pod(Job job) {
    return new PodBuilder()
        .withMetadata(job.getSpec().getTemplate().getMetadata())
        .editMetadata()
        .withName(job.getMetadata().getName() + "-0")
        .withNamespace(job.getMetadata().getNamespace())
        .withCreationTimestamp(now())
        .addNewOwnerReference()
        .withApiVersion("batch/v1")
        .withKind("Job")
        .withName(job.getMetadata().getName())
        .withUid(job.getMetadata().getUid())
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .withSpec(job.getSpec().getTemplate().getSpec())
        .editSpec()
        .withNodeName("node")
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .endStatus()
        .build();
  }

  private static Pod inState(Pod pod, String phase, ContainerState state) {
    Container container = pod.getSpec().getContainers().getFirst();
    return new PodBuilder(pod)
        .withNewStatus()
        .withPhase(phase)
        .addNewContainerStatus()
        .withName(container.getName())
        .withImage(container.getImage())
        .withImageID("registry.example/shop@sha256:" + "2".repeat(64))
        .withReady(state.getRunning() != null)
        .withState(state)
        .endContainerStatus()
        .endStatus()
        .build();
  }

  private static String outcome(String revision) {
    return """
    {"version": 1, "reason": "AtTargetRevision", "message": "The database is at revision %1$s",
     "before": [], "after": ["%1$s"], "target": ["%1$s"], "left": ["%1$s"], "held": ["%1$s"],
     "exclusive": true, "newest": null, "claim": null,
     "plan": {"direction": "Upgrade", "steps": 1, "digest": null, "lossy": false, "deletes": []},
     "applied": 1, "revision": null, "sqlstate": null, "alembic": "1.18.1",
     "serverVersion": "18.4", "versionTable": "public.alembic_version",
     "versionTables": {"count": 1, "names": ["public.alembic_version"]},
     "durationMs": 100, "warnings": []}
    """
        .formatted(revision);
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
