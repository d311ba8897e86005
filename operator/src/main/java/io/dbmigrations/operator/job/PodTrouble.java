package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Why a Pod does not get as far as a container, from its events: its status says nothing of
 * volumes, of the network, and of resources that are claimed; pure.
 */
public final class PodTrouble {

  private static final Set<String> SILENT =
      Set.of("ContainerCreating", InitContainers.NOT_YET, "null");

  // What only comes when there is no such trouble any more.
  private static final Set<String> PROGRESS = Set.of("Pulling", "Pulled", "Created", "Started");

  private static final Set<String> VOLUME =
      Set.of("FailedMount", "FailedAttachVolume", "FailedMapVolume");

  // Each try has an id of its own; a status must not flap with it.
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32,64}+");

  private PodTrouble() {}

  /** Whether its own status does not say what it waits for. */
  public static boolean isSilent(Pod pod) {
    boolean reached =
        Stream.concat(
                pod.getStatus().getInitContainerStatuses().stream(),
                pod.getStatus().getContainerStatuses().stream())
            .map(ContainerStatus::getState)
            .anyMatch(PodTrouble::saysSomething);
    boolean isTaken = pod.getSpec().getNodeName() != null || UnscheduledPod.isUnnoticed(pod);
    return isTaken && !PodState.hasEnded(pod) && !reached;
  }

  /** The state with the kubelet's words; as it is where there are none. */
  public static AttemptState.Waiting explain(
      Pod pod, AttemptState.Waiting waiting, List<Event> events) {
    String progress =
        events.stream()
            .filter(event -> PROGRESS.contains(String.valueOf(event.getReason())))
            .map(PodRefusal::time)
            .max(Comparator.naturalOrder())
            .orElse("");
    List<Event> warnings =
        events.stream()
            .filter(event -> "Warning".equals(event.getType()) && event.getNote() != null)
            // The scheduler's, of a time before there was a node.
            .filter(event -> !"FailedScheduling".equals(event.getReason()))
            .filter(event -> PodRefusal.time(event).compareTo(progress) >= 0)
            .sorted(Comparator.comparing(PodRefusal::time).reversed())
            .toList();
    // A kubelet says in turn what is missing, and that it has waited long enough for the volumes.
    return warnings.stream()
        .flatMap(event -> missing(pod, event).stream())
        .findFirst()
        .or(() -> warnings.stream().findFirst().map(event -> trouble(pod, event)))
        .map(found ->
            new AttemptState.Waiting(
                found.reason(), found.message(), waiting.since(), waiting.withoutPod()))
        .orElse(waiting);
  }

  private static boolean saysSomething(ContainerState state) {
    return state != null
        && (state.getRunning() != null
            || (state.getWaiting() != null
                && !SILENT.contains(String.valueOf(state.getWaiting().getReason()))));
  }

  private static Optional<WaitingContainer> missing(Pod pod, Event event) {
    return VOLUME.contains(event.getReason())
        ? MissingObject.read(pod, "A volume of Pod " + pod.getMetadata().getName(), event.getNote())
            .map(missing -> new WaitingContainer(missing.reason(), missing.message(), false))
        : Optional.empty();
  }

  private static WaitingContainer trouble(Pod pod, Event event) {
    String words =
        Logins.mask(ID.matcher(TerminatedContainer.excerpt(event.getNote())).replaceAll("…"));
    return new WaitingContainer(
        Reason.PENDING,
        "Pod %s does not start: %s: %s%s %s; it is tried again until timeouts.start"
            .formatted(
                pod.getMetadata().getName(),
                event.getReason(),
                words,
                words.endsWith(".") ? "" : ".",
                remedy(String.valueOf(event.getReason()))),
        false);
  }

  private static String remedy(String reason) {
    if (VOLUME.contains(reason)) {
      return "Make what the volume needs, or correct it in spec.podTemplate";
    }
    if (reason.equals("FailedResourceClaimCreation")) {
      return "Make it, or correct resourceClaims in spec.podTemplate";
    }
    return reason.equals("FailedCreatePodSandBox")
        ? "Mend what it names; where it is for want of memory or CPU, raise the limits in spec.podTemplate or of a LimitRange of the namespace"
        : "Mend what it names";
  }
}
