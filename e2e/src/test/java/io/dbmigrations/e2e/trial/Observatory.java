package io.dbmigrations.e2e.trial;

import io.dbmigrations.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Watches everything of one namespace, not through the proxy, and writes down what changes. */
public final class Observatory implements AutoCloseable {
  private final KubernetesClient client;
  private final String namespace;
  private final Timeline timeline;
  private final List<SharedIndexInformer<?>> informers = new CopyOnWriteArrayList<>();
  private final List<Consumer<Seen>> listeners = new CopyOnWriteArrayList<>();
  private final List<BiConsumer<String, String>> readers = new CopyOnWriteArrayList<>();
  private final Map<String, Attempt> attempts = new ConcurrentHashMap<>();
  private final Map<String, String> states = new ConcurrentHashMap<>();
  private final Set<String> deletedByHand = ConcurrentHashMap.newKeySet();

  /**
   * What a Job is.
   *
   * @param owner the UID of the resource that it is for
   * @param uids of all Jobs that there were under that name
   * @param excused those of them that may be followed by another: a person deleted them, or the
   *     operator stopped them before they began, as for a suspension
   */
  public record Attempt(
      String owner, long number, String job, Set<String> uids, Set<String> excused) {}

  public Observatory(KubernetesClient client, String namespace, Timeline timeline) {
    this.client = client;
    this.namespace = namespace;
    this.timeline = timeline;
  }

  /** Tells of every version of a resource. */
  public void onResource(Consumer<Seen> listener) {
    listeners.add(listener);
  }

  /** Gives every text that can be read in the namespace, with the name of where it stands. */
  public void onText(BiConsumer<String, String> reader) {
    readers.add(reader);
  }

  /** To be told of before a person deletes a Job. */
  public void excuse(String jobUid) {
    deletedByHand.add(jobUid);
  }

  public void start() {
    informers.add(
        client
            .genericKubernetesResources(Subject.KIND)
            .inNamespace(namespace)
            .inform(handler(this::resource)));
    informers.add(client.batch().v1().jobs().inNamespace(namespace).inform(handler(this::job)));
    informers.add(client.pods().inNamespace(namespace).inform(handler(this::pod)));
    informers.add(client.configMaps().inNamespace(namespace).inform(handler((map, gone) -> {})));
    informers.add(
        client.events().v1().events().inNamespace(namespace).inform(handler(this::event)));
  }

  /** The Jobs that were seen, by name. */
  public Map<String, Attempt> attempts() {
    return Map.copyOf(attempts);
  }

  public void clear() {
    attempts.clear();
    states.clear();
  }

  private void resource(GenericKubernetesResource resource, boolean gone) {
    var seen = Seen.of(resource);
    if (gone) {
      timeline.note(seen.name(), "it is gone");
      return;
    }
    noteChange("resource " + seen.uid(), seen.name(), seen.toString());
    listeners.forEach(listener -> listener.accept(seen));
  }

  private void job(Job job, boolean gone) {
    var metadata = job.getMetadata();
    var labels = Objects.requireNonNullElse(metadata.getLabels(), Map.<String, String>of());
    var number = labels.getOrDefault(Names.ATTEMPT_LABEL, "0");
    var attempt =
        attempts.computeIfAbsent(
            metadata.getName(),
            name ->
                new Attempt(
                    labels.getOrDefault(Names.UID_LABEL, ""),
                    Long.parseLong(number),
                    name,
                    ConcurrentHashMap.newKeySet(),
                    ConcurrentHashMap.newKeySet()));
    attempt.uids().add(metadata.getUid());
    if (deletedByHand.contains(metadata.getUid()) || isStopped(job)) {
      attempt.excused().add(metadata.getUid());
    }
    var status = job.getStatus();
    noteChange(
        "job " + metadata.getUid(),
        owner(job),
        "Job %s (attempt %s): active %s, succeeded %s, failed %s%s"
            .formatted(
                metadata.getName(),
                number,
                status == null ? null : status.getActive(),
                status == null ? null : status.getSucceeded(),
                status == null ? null : status.getFailed(),
                ending(job, gone)));
  }

  private static boolean isStopped(Job job) {
    var annotations = job.getMetadata().getAnnotations();
    return annotations != null && annotations.containsKey(Names.STOP_ANNOTATION);
  }

  private void pod(Pod pod, boolean gone) {
    var states = pod.getStatus().getContainerStatuses();
    var container = states == null || states.isEmpty() ? null : states.getFirst().getState();
    var terminated = container == null ? null : container.getTerminated();
    noteChange(
        "pod " + pod.getMetadata().getUid(),
        owner(pod),
        "Pod %s: %s%s%s"
            .formatted(
                pod.getMetadata().getName(),
                pod.getStatus().getPhase(),
                terminated == null ? "" : ", exit " + terminated.getExitCode(),
                ending(pod, gone)));
    if (terminated != null && !gone && !readers.isEmpty()) {
      Thread.ofVirtual().start(() -> readLog(pod));
    }
  }

  private void readLog(Pod pod) {
    try {
      var log = client.pods().resource(pod).getLog();
      readers.forEach(reader -> reader.accept("log of " + pod.getMetadata().getName(), log));
    } catch (KubernetesClientException e) {
      timeline.note(owner(pod), "no log of %s: it is gone".formatted(pod.getMetadata().getName()));
    }
  }

  private void event(Event event, boolean gone) {
    var regarding = event.getRegarding();
    if (!gone && regarding != null && "DatabaseMigration".equals(regarding.getKind())) {
      timeline.note(
          regarding.getName(), "event %s: %s".formatted(event.getReason(), event.getNote()));
    }
  }

  /** The same again, as of a resync, is not said again. */
  private void noteChange(String key, String subject, String text) {
    if (!text.equals(states.put(key, text))) {
      timeline.note(subject, text);
    }
  }

  private static String ending(HasMetadata object, boolean gone) {
    if (gone) {
      return ", gone";
    }
    return object.getMetadata().getDeletionTimestamp() == null ? "" : ", being deleted";
  }

  private static String owner(HasMetadata object) {
    var annotations = object.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(Names.RESOURCE_ANNOTATION, "");
  }

  private <T extends HasMetadata> ResourceEventHandler<T> handler(BiConsumer<T, Boolean> change) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(T object) {
        read(object);
        change.accept(object, false);
      }

      @Override
      public void onUpdate(T before, T object) {
        onAdd(object);
      }

      @Override
      public void onDelete(T object, boolean unknown) {
        change.accept(object, true);
      }
    };
  }

  private void read(HasMetadata object) {
    if (!readers.isEmpty()) {
      var text = Serialization.asJson(object);
      var name = "%s %s".formatted(object.getKind(), object.getMetadata().getName());
      readers.forEach(reader -> reader.accept(name, text));
    }
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }
}
