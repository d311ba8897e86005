package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A migration that the kubelet has ended for a probe or a hook of its container, which only the
 * Pod's events say; pure.
 */
public final class KubeletKill {

  private static final Set<Reason> OUTSIDE = EnumSet.of(Reason.INTERRUPTED, Reason.POD_LOST);

  // What the runner supposes, who cannot know it.
  static final String SUPPOSED =
      "The Pod was deleted, evicted, or its node drained: its events say which.";

  private static final String FIELD_PATH = "spec.containers{%s}".formatted(MigrationJob.CONTAINER);

  private KubeletKill() {}

  /** Whether it may be one: ended from outside, with such a probe or hook, and for nothing else. */
  public static boolean mayBe(Pod pod, AttemptState.Ended ended) {
    Container container = PodState.declared(pod);
    boolean hasAny =
        container.getLivenessProbe() != null
            || container.getStartupProbe() != null
            || hasPostStart(container);
    boolean isKnown =
        pod.getMetadata().getDeletionTimestamp() != null
            || pod.getStatus().getReason() != null
            || TerminatedContainer.disruption(pod).isPresent();
    return hasAny && !isKnown && OUTSIDE.contains(ended.outcome().reason());
  }

  /** The same end with its cause; as it is where no event says it. */
  public static AttemptState.Ended explain(Pod pod, AttemptState.Ended ended, List<Event> events) {
    List<Event> own = events.stream().filter(KubeletKill::isOfTheMigration).toList();
    return cause(own)
        .map(field ->
            new AttemptState.Ended(
                outcome(pod, ended.outcome(), field),
                ended.imageId(),
                ended.startedAt(),
                ended.finishedAt()))
        .orElse(ended);
  }

  private static Optional<String> cause(List<Event> events) {
    if (events.stream().anyMatch(event -> "FailedPostStartHook".equals(event.getReason()))) {
      return Optional.of("lifecycle.postStart");
    }
    // A probe may fail often before it ends anything.
    boolean isKilled = events.stream().anyMatch(event -> "Killing".equals(event.getReason()));
    return events.stream()
        .filter(event -> isKilled && "Unhealthy".equals(event.getReason()))
        .flatMap(event -> probe(event.getNote()).stream())
        .findFirst();
  }

  private static Optional<String> probe(@Nullable String note) {
    String words = String.valueOf(note);
    return words.startsWith("Liveness probe")
        ? Optional.of("livenessProbe")
        : words.startsWith("Startup probe") ? Optional.of("startupProbe") : Optional.empty();
  }

  // Not what the probe printed, which may be anything.
  private static Outcome outcome(Pod pod, Outcome outcome, String field) {
    String told =
        "The kubelet ended the migration of Pod %s, because its %s failed. Take %s of the container %s out of spec.podTemplate (or of migrations.podTemplate of the chart), or let it succeed for as long as a migration runs."
            .formatted(pod.getMetadata().getName(), field, field, MigrationJob.CONTAINER);
    String rest =
        outcome.isRunners()
            ? outcome.message().replace(SUPPOSED, "").replaceAll("  ", " ").strip()
            : "";
    return outcome.because(
        outcome.reason(), rest.isEmpty() ? told : "%s The runner: %s".formatted(told, rest));
  }

  private static boolean isOfTheMigration(Event event) {
    return event.getRegarding() != null && FIELD_PATH.equals(event.getRegarding().getFieldPath());
  }

  private static boolean hasPostStart(Container container) {
    return container.getLifecycle() != null && container.getLifecycle().getPostStart() != null;
  }
}
