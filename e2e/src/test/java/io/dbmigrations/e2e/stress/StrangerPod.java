package io.dbmigrations.e2e.stress;

import io.dbmigrations.e2e.oracle.Stranger;
import io.dbmigrations.e2e.trial.Subject;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

/** Somebody who runs alembic in the project {@code ledger} and knows nothing of an operator. */
final class StrangerPod {
  private StrangerPod() {}

  /** Up or down to that revision, whichever it is from where the database is. */
  static Pod of(Subject subject, String image, String revision) {
    var script = "alembic upgrade %s || alembic downgrade %s".formatted(revision, revision);
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(subject.namespace())
        .withGenerateName(Stranger.PREFIX + subject.name() + "-")
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withTerminationGracePeriodSeconds(0L)
        .withAutomountServiceAccountToken(false)
        .addNewContainer()
        .withName("alembic")
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withWorkingDir("/projects/ledger")
        .withCommand("sh", "-c", script)
        .withEnv(
            new EnvVarBuilder()
                .withName("DATABASE_URL")
                .withNewValueFrom()
                .withNewSecretKeyRef("url", subject.name(), false)
                .endValueFrom()
                .build())
        .endContainer()
        .endSpec()
        .build();
  }
}
