package io.dbmigrations.e2e.bench;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;

/**
 * What teams run without an operator: a Job with their image that calls {@code alembic upgrade}.
 */
record BareJob(KubernetesClient client, String namespace, String image, String secret) {

  /** Creates it, and waits until it is complete. */
  void upgrade(String revision) {
    client.resource(job(revision)).create();
    var ended =
        client
            .batch()
            .v1()
            .jobs()
            .inNamespace(namespace)
            .withName(secret)
            .waitUntilCondition(
                job -> has(job, "Complete") || has(job, "Failed"), 2, TimeUnit.MINUTES);
    if (!has(ended, "Complete")) {
      throw new IllegalStateException("Job %s has failed".formatted(secret));
    }
  }

  private static boolean has(Job job, String condition) {
    return job != null
        && job.getStatus() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals(condition) && c.getStatus().equals("True"));
  }

  private Job job(String revision) {
    return new JobBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(secret)
        .endMetadata()
        .withNewSpec()
        .withBackoffLimit(0)
        .withNewTemplate()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .addNewContainer()
        .withName("alembic")
        .withImage(image)
        .withArgs("upgrade", revision)
        .addNewEnv()
        .withName("DATABASE_URL")
        .withNewValueFrom()
        .withNewSecretKeyRef("url", secret, false)
        .endValueFrom()
        .endEnv()
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
