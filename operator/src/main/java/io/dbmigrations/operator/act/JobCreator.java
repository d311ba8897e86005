package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.MigrationJob;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.RunnerFiles;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;

/**
 * Creates the objects of an attempt, each once: what exists already and is ours is taken over, what
 * is not ours is left alone and named.
 */
public final class JobCreator {

  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final RunnerFiles runner;

  public JobCreator(KubernetesClient client, RunnerFiles runner) {
    this.client = client;
    this.runner = runner;
  }

  /**
   * Creates the ConfigMap with the runner and the Job.
   *
   * @return why not, if the cluster refused
   * @throws KubernetesClientException when the API server could not be asked; try again
   */
  public Optional<Outcome> create(DatabaseMigration resource, AttemptStatus attempt) {
    ConfigMap files = MigrationJob.runner(resource, runner);
    Job job = MigrationJob.job(resource, attempt, runner);
    return create(files, () -> isOurs(files)).or(() -> create(job, () -> isOurs(job)));
  }

  /** Whether a Job of that name exists, whosoever it is. */
  public boolean exists(String namespace, String name) {
    return client.batch().v1().jobs().inNamespace(namespace).withName(name).get() != null;
  }

  /** Deletes a Job and its Pods. */
  public void delete(String namespace, String name) {
    client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(name)
        .withPropagationPolicy(DeletionPropagation.BACKGROUND)
        .delete();
  }

  private interface Ownership {
    boolean holds();
  }

  private Optional<Outcome> create(HasMetadata object, Ownership ownership) {
    try {
      client.resource(object).create();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        // An earlier create whose answer was lost, a second leader, or somebody else.
        case HttpURLConnection.HTTP_CONFLICT ->
            ownership.holds() ? Optional.empty() : Optional.of(conflict(object));
        case HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE ->
            Optional.of(refusal(object, e));
        default -> throw e;
      };
    }
  }

  private boolean isOurs(Job wanted) {
    Job live =
        client
            .batch()
            .v1()
            .jobs()
            .inNamespace(wanted.getMetadata().getNamespace())
            .withName(wanted.getMetadata().getName())
            .get();
    return live != null
        && hasSameOwner(live, wanted)
        && annotation(live).equals(annotation(wanted));
  }

  private boolean isOurs(ConfigMap wanted) {
    ConfigMap live =
        client
            .configMaps()
            .inNamespace(wanted.getMetadata().getNamespace())
            .withName(wanted.getMetadata().getName())
            .get();
    return live != null && hasSameOwner(live, wanted) && wanted.getData().equals(live.getData());
  }

  private static Optional<String> annotation(Job job) {
    return Optional.ofNullable(job.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Names.REQUEST_ANNOTATION));
  }

  private static boolean hasSameOwner(HasMetadata live, HasMetadata wanted) {
    String uid = wanted.getMetadata().getOwnerReferences().getFirst().getUid();
    return live.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(uid));
  }

  private static Outcome conflict(HasMetadata object) {
    return Outcome.of(
        Reason.JOB_NAME_CONFLICT,
        "%s %s exists and was not made by the operator for this resource. Delete it"
            .formatted(object.getKind(), object.getMetadata().getName()));
  }

  private static Outcome refusal(HasMetadata object, KubernetesClientException e) {
    String words = e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
    boolean quota = words != null && words.contains("exceeded quota");
    return Outcome.of(
        quota ? Reason.QUOTA_EXCEEDED : Reason.JOB_REJECTED,
        "The API server refused %s %s: %s. %s"
            .formatted(
                object.getKind(),
                object.getMetadata().getName(),
                words,
                quota ? "Raise that quota or free some of it" : "Change what refuses it"));
  }
}
