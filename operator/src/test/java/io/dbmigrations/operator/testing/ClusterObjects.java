package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.job.MigrationJob;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The objects of the resource of {@link Observations} as the API server has them. */
public final class ClusterObjects {

  public static final String JOB_UID = "0b000000-0000-4000-8000-000000000001";

  private static final String CREATED = Observations.NOW.toString();

  private ClusterObjects() {}

  /** The resource, without a status. */
  public static DatabaseMigration resource() {
    return Serialization.unmarshal(
        """
        apiVersion: dbmigrations.io/v1alpha1
        kind: DatabaseMigration
        metadata:
          name: agent-platform
          namespace: platform
          uid: %s
          generation: 1
          resourceVersion: "41"
          creationTimestamp: "2026-01-11T09:00:00Z"
        spec:
          targetRevision: head
          image: migrations:1
          database: {secretRef: {name: agent-platform-db, key: url}}
          retry: {limit: 3, backoff: 5s, maxBackoff: 60s}
        """
            .formatted(Observations.UID),
        DatabaseMigration.class);
  }

  /** The Secret with the database's URL. */
  public static Secret secret() {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace("platform")
        .withName("agent-platform-db")
        .withResourceVersion("7")
        .endMetadata()
        .withData(Map.of("url", "cG9zdGdyZXNxbDovLw=="))
        .build();
  }

  /** The Job of the first attempt. */
  public static Job job() {
    return new JobBuilder()
        .withNewMetadata()
        .withName(Observations.JOB)
        .withNamespace("platform")
        .withUid(JOB_UID)
        .withCreationTimestamp(CREATED)
        .addToLabels(Names.ATTEMPT_LABEL, "1")
        .addNewOwnerReference()
        .withUid(Observations.UID)
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .withNewSpec()
        .withNewTemplate()
        .withNewSpec()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  /** The Job, of which that condition is true. */
  public static Job job(String condition) {
    return new JobBuilder(job())
        .withNewStatus()
        .addNewCondition()
        .withType(condition)
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }

  /** The Job after the operator has told it to stop for that. */
  public static Job stoppedJob(String cause) {
    return new JobBuilder(job())
        .editMetadata()
        .addToAnnotations(Names.STOP_ANNOTATION, cause)
        .endMetadata()
        .editSpec()
        .withSuspend(true)
        .endSpec()
        .build();
  }

  /** A Pod of that Job on a node, with the migration's container in that state. */
  public static Pod pod(String name, @Nullable ContainerState state) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("platform")
        .withCreationTimestamp(CREATED)
        .addNewOwnerReference()
        .withUid(JOB_UID)
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .withNewSpec()
        .withNodeName("node-1")
        .addNewContainer()
        .withName(MigrationJob.CONTAINER)
        .withImage("migrations:1")
        .withCommand("python3", "/dbmigration")
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .addNewContainerStatus()
        .withName(MigrationJob.CONTAINER)
        .withReady(state != null && state.getRunning() != null)
        .withState(state)
        .endContainerStatus()
        .endStatus()
        .build();
  }

  /** The Pod, for which a grace period was set that ends at that time. */
  public static Pod deleted(Pod pod, Instant graceEnd) {
    return new PodBuilder(pod)
        .editMetadata()
        .withDeletionTimestamp(graceEnd.toString())
        .endMetadata()
        .build();
  }

  /** The Pod, of which the node controller says that its node is silent. */
  public static Pod unreachable(Pod pod) {
    return new PodBuilder(pod)
        .editStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus("False")
        .endCondition()
        .endStatus()
        .build();
  }

  public static ContainerState running() {
    return new ContainerStateBuilder().withNewRunning().withStartedAt(CREATED).endRunning().build();
  }

  public static ContainerState waiting(String reason, @Nullable String message) {
    return new ContainerStateBuilder()
        .withNewWaiting()
        .withReason(reason)
        .withMessage(message)
        .endWaiting()
        .build();
  }

  public static ContainerState terminated(String reason, int exitCode, @Nullable String message) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withReason(reason)
        .withExitCode(exitCode)
        .withMessage(message)
        .endTerminated()
        .build();
  }

  /** The end of a container whose runner says that. */
  public static ContainerState said(String reason) {
    return terminated(
        "Completed",
        0,
        "{\"version\":1,\"reason\":\"%s\",\"message\":\"its end\"}".formatted(reason));
  }
}
