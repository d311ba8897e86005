package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.PodState;
import io.dbmigrations.operator.job.StopCause;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Jobs of attempts in the cluster, as they are and not as a cache has them. */
public final class Jobs {

  private final KubernetesClient client;
  private final Clock clock;

  public Jobs(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * Creates a Job once: one that is there already and was made for the same is taken over.
   *
   * @return why not, if the cluster refused
   * @throws KubernetesClientException when the API server failed; it may be there all the same
   * @throws StaleResourceException when one of that name is just being deleted
   */
  public Optional<Outcome> create(Job job) {
    try {
      // Strictly, so that a field that nobody knows is told and not dropped.
      client.resource(job).fieldValidation(FieldValidateable.Validation.STRICT).create();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      // An earlier create whose answer was lost, a second leader, or somebody else.
      return e.getCode() == HttpURLConnection.HTTP_CONFLICT
          ? takeOver(job)
          : Refusal.outcome(job, e);
    }
  }

  /** Whether the API server would refuse that Job, as far as it answers; nothing is created. */
  boolean isRefused(Job job) {
    try {
      client.resource(job).dryRun().fieldValidation(FieldValidateable.Validation.STRICT).create();
      return false;
    } catch (KubernetesClientException e) {
      return Refusal.isFinal(e);
    }
  }

  /** Whether a Job of that name exists, whosoever it is. */
  public boolean exists(String namespace, String name) {
    return job(namespace, name).get() != null;
  }

  /**
   * Puts back what somebody took of the labels, the annotations and the owner of an attempt's Job:
   * no cache sees it without them, and without its owner it outlives the resource.
   *
   * @return whether it is there
   */
  boolean restoreMarks(DatabaseMigration resource, AttemptStatus attempt) {
    Job live = job(resource.getMetadata().getNamespace(), attempt.job()).get();
    Marks marks = new Marks(resource, attempt);
    if (live == null || !marks.areOf(live)) {
      return false;
    }
    marks.restore(client.resource(live));
    return true;
  }

  /**
   * Tells a Job to start no Pod and to end the one that it has. The Job stays as the record of that
   * until it is deleted, so that whoever goes on from here knows that nobody else has to stop it.
   *
   * @param awaited what its container waited for, null where that is not known
   * @throws StaleResourceException when it is gone, also if another one has its name by now
   */
  public void stop(String namespace, KeptJob job, StopCause cause, @Nullable String awaited) {
    Map<String, String> annotations = new HashMap<>();
    annotations.put(Names.STOP_ANNOTATION, cause.wireName());
    if (awaited != null) {
      annotations.put(Names.AWAITED_ANNOTATION, awaited);
    }
    String patch =
        Serialization.asJson(
            Map.of(
                "metadata",
                Map.of("uid", job.uid(), "annotations", annotations),
                "spec",
                Map.of("suspend", true)));
    try {
      job(namespace, job.name()).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    } catch (KubernetesClientException e) {
      if (isGone(e)) {
        throw new StaleResourceException("Job %s is gone".formatted(job.name()));
      }
      throw e;
    }
  }

  /**
   * Deletes that Job and its Pods, and not another one that has its name by now; one that is gone
   * already is no error.
   */
  public void delete(String namespace, KeptJob job) {
    // The client's own deletion knows no UID.
    DeleteOptions options =
        new DeleteOptionsBuilder()
            .withPropagationPolicy(DeletionPropagation.BACKGROUND.toString())
            .withNewPreconditions()
            .withUid(job.uid())
            .endPreconditions()
            .build();
    try {
      client.raw(
          "/apis/batch/v1/namespaces/%s/jobs/%s".formatted(namespace, job.name()),
          "DELETE",
          options);
    } catch (KubernetesClientException e) {
      if (!isGone(e)) {
        throw e;
      }
    }
  }

  // A conflict is that of the UID: no version is asked for.
  private static boolean isGone(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
        || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
  }

  /**
   * A Pod that migrates for a resource of that name, whatever Job or former resource it belongs to,
   * and that may still run.
   */
  public Optional<String> runningPod(String namespace, String name) {
    return client.pods().inNamespace(namespace).withLabels(labels(name)).list().getItems().stream()
        .filter(PodState::isMigration)
        .filter(pod -> PodState.mayRun(pod, clock.instant()))
        .map(pod -> pod.getMetadata().getName())
        .findFirst();
  }

  /** A Job for a resource of that name, whatever former one it belongs to, that may make a Pod. */
  public Optional<String> unfinishedJob(String namespace, String name) {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withLabels(labels(name))
        .list()
        .getItems()
        .stream()
        .filter(KeptJob::mayMakePods)
        .map(job -> job.getMetadata().getName())
        .findFirst();
  }

  private static Map<String, String> labels(String resource) {
    return Map.of(
        Names.MANAGED_BY_LABEL, Names.MANAGED_BY, Names.NAME_LABEL, JobName.label(resource));
  }

  private Optional<Outcome> takeOver(Job wanted) {
    Job live = job(wanted.getMetadata().getNamespace(), wanted.getMetadata().getName()).get();
    if (live == null || live.getMetadata().getDeletionTimestamp() != null) {
      throw new StaleResourceException(
          "Job %s is just being deleted".formatted(wanted.getMetadata().getName()));
    }
    return hasSameOwner(live, wanted) && request(live).equals(request(wanted))
        ? Optional.empty()
        : Optional.of(Refusal.conflictOfJob(wanted));
  }

  private static Optional<String> request(Job job) {
    return Optional.ofNullable(job.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Names.REQUEST_ANNOTATION));
  }

  private static boolean hasSameOwner(Job live, Job wanted) {
    return isOwnedBy(live, wanted.getMetadata().getOwnerReferences().getFirst().getUid());
  }

  private static boolean isOwnedBy(Job job, String uid) {
    return job.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(uid));
  }

  private Resource<Job> job(String namespace, String name) {
    return client.batch().v1().jobs().inNamespace(namespace).withName(name);
  }
}
