package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.KubeletKill;
import io.dbmigrations.operator.job.PodTrouble;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the API server what a Pod waits for, or was ended for, where its status does not say it. */
public final class PodEvents {

  private static final Logger LOG = LoggerFactory.getLogger(PodEvents.class);

  // A Pod has its volumes and its network within a few seconds, and a kubelet says of a Secret at
  // once that it is missing.
  private static final Duration UNREMARKABLE = Duration.ofSeconds(4);

  // However often the resource is looked at meanwhile.
  private static final Duration FRESH = Duration.ofSeconds(8);

  private record Answer(Instant at, List<Event> events) {}

  private final ObjectEvents listed;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();

  public PodEvents(KubernetesClient client) {
    listed = new ObjectEvents(client);
  }

  /** The state, or the same with the cluster's own words. */
  AttemptState explain(AttemptState state, List<Pod> pods, Instant now) {
    return switch (state) {
      case AttemptState.Waiting waiting when waiting.reason() == Reason.PENDING ->
          explain(waiting, pods, now);
      case AttemptState.Ended ended -> explain(ended, pods);
      default -> state;
    };
  }

  private AttemptState explain(AttemptState.Waiting waiting, List<Pod> pods, Instant now) {
    return pods.stream()
        .filter(PodTrouble::isSilent)
        .filter(pod ->
            now.isAfter(Instant.parse(pod.getMetadata().getCreationTimestamp()).plus(UNREMARKABLE)))
        .max(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
        .map(pod -> PodTrouble.explain(pod, waiting, events(pod, now)))
        .orElse(waiting);
  }

  private AttemptState explain(AttemptState.Ended ended, List<Pod> pods) {
    return pods.stream()
        .max(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
        .filter(pod -> KubeletKill.mayBe(pod, ended))
        .map(pod -> KubeletKill.explain(pod, ended, read(pod)))
        .orElse(ended);
  }

  private List<Event> events(Pod pod, Instant now) {
    answers.values().removeIf(answer -> answer.at().plus(FRESH).isBefore(now));
    String uid = pod.getMetadata().getUid();
    Answer known = answers.get(uid);
    // Not within the map: who waits for an answer must keep nobody else waiting.
    Answer answer = known == null ? new Answer(now, read(pod)) : known;
    answers.put(uid, answer);
    return answer.events();
  }

  private List<Event> read(Pod pod) {
    try {
      return listed.of(pod);
    } catch (KubernetesClientException e) {
      LOG.warn(
          "The events of Pod {} could not be read: {}",
          pod.getMetadata().getName(),
          e.getMessage());
      return List.of();
    }
  }
}
