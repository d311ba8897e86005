package io.dbmigrations.e2e.bench;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * When the Job of one run, its Pod and its container came and went: as a watch tells of them, and
 * by the times that the node puts before the lines of the log. Nothing is written for it.
 */
final class Passage implements AutoCloseable {

  /** What follows what, each with the name of the time before it. */
  private enum Mark {
    BEGUN(""),
    JOB("asked for until its Job is there"),
    BOUND("Job until its Pod has a node"),
    FIRST_WORD("Pod until the first line of its log"),
    LAST_WORD("first line until the last"),
    ENDED("last line until the container has ended"),
    TOLD("container's end until that is said");

    private final String before;

    Mark(String before) {
      this.before = before;
    }

    String of(String kind) {
      return "%s: %s".formatted(kind, before);
    }
  }

  private final KubernetesClient client;
  private final String namespace;
  private final String prefix;
  private final Map<Mark, Instant> marks = new ConcurrentHashMap<>();
  private final Map<String, Pod> pods = new ConcurrentHashMap<>();
  private final List<SharedIndexInformer<?>> informers;

  /**
   * Begins now.
   *
   * @param name of the bare Job, or of the resource, after which its Job is named
   */
  Passage(KubernetesClient client, String namespace, String name) {
    this.client = client;
    this.namespace = namespace;
    prefix = name + "-";
    informers =
        List.of(
            client.batch().v1().jobs().inNamespace(namespace).inform(handler(this::job)),
            client.pods().inNamespace(namespace).inform(handler(this::pod)));
    mark(Mark.BEGUN);
  }

  /** Adds how long each part took to the samples of {@code kind}; what people see has come. */
  void end(Samples samples, String kind) {
    mark(Mark.TOLD);
    for (var pod : pods.keySet()) {
      var lines =
          client
              .pods()
              .inNamespace(namespace)
              .withName(pod)
              .usingTimestamps()
              .getLog()
              .lines()
              .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
              .toList();
      marks.put(Mark.FIRST_WORD, lines.getFirst());
      marks.put(Mark.LAST_WORD, lines.getLast());
    }
    var former = marks.get(Mark.BEGUN);
    for (var mark : Mark.values()) {
      var at = marks.get(mark);
      if (mark != Mark.BEGUN && at != null) {
        samples.add(mark.of(kind), Duration.between(former, at));
        former = at;
      }
    }
  }

  /** From the beginning until the container's end, in seconds: the medians of all parts. */
  static double untilEnd(Samples samples, String kind) {
    return Stream.of(Mark.JOB, Mark.BOUND, Mark.FIRST_WORD, Mark.LAST_WORD, Mark.ENDED)
        .mapToDouble(mark -> samples.median(mark.of(kind)))
        .sum();
  }

  /** From the container's end until people see what has come of it, in seconds. */
  static double untilTold(Samples samples, String kind) {
    return samples.median(Mark.TOLD.of(kind));
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }

  private void mark(Mark mark) {
    marks.putIfAbsent(mark, Instant.now());
  }

  private void job(Job job) {
    if ((job.getMetadata().getName() + "-").startsWith(prefix)) {
      mark(Mark.JOB);
    }
  }

  private void pod(Pod pod) {
    if (!pod.getMetadata().getName().startsWith(prefix)) {
      return;
    }
    pods.put(pod.getMetadata().getName(), pod);
    if (pod.getSpec().getNodeName() != null) {
      mark(Mark.BOUND);
    }
    for (var container : pod.getStatus().getContainerStatuses()) {
      ContainerState state = container.getState();
      if (state != null && state.getTerminated() != null) {
        mark(Mark.ENDED);
      }
    }
  }

  private static <T extends HasMetadata> ResourceEventHandler<T> handler(Consumer<T> seen) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(T added) {
        seen.accept(added);
      }

      @Override
      public void onUpdate(T former, T now) {
        seen.accept(now);
      }

      @Override
      public void onDelete(T last, boolean unknown) {
        // A Job that is cleared away says nothing of when it came.
      }
    };
  }
}
