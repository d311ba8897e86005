package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Why the Job controller could not create a Pod, from the events that it records; pure. */
public final class PodRefusal {

  // The name of each Pod that was tried is another one; a status must not flap with it.
  private static final Pattern POD_NAME = Pattern.compile("pods \"[^\"]{1,253}\" is");

  // What the operator itself makes of a Pod, the strictest standard admits.
  private static final String TOO_MUCH =
      "Take that out of spec.podTemplate (or of migrations.podTemplate of the chart) and annotate the resource with dbmigrations.io/retry and a new value; or let the namespace admit it";

  private static final Map<String, String> NAMED =
      Map.of(
          "error looking up service account",
              "Make that ServiceAccount, or correct serviceAccountName in spec.podTemplate",
          "no PriorityClass with name",
              "Make that PriorityClass, or correct priorityClassName in spec.podTemplate",
          "RuntimeClass \"",
              "Make that RuntimeClass, or correct runtimeClassName in spec.podTemplate");

  private static final Pattern LIMIT_RANGE =
      Pattern.compile("usage per (?:Container|Pod) is|limit to request ratio per");

  private PodRefusal() {}

  /** The state with the reason of the latest of these events; as it is where there is none. */
  public static AttemptState.Waiting explain(
      Job job, AttemptState.Waiting waiting, List<Event> failures) {
    return failures.stream()
        .max(Comparator.comparing(PodRefusal::time))
        .map(Event::getNote)
        .map(words -> refused(job, waiting, words))
        .orElse(waiting);
  }

  private static AttemptState.Waiting refused(Job job, AttemptState.Waiting waiting, String words) {
    String name = job.getMetadata().getName();
    String stable = POD_NAME.matcher(words).replaceAll("its Pod is").strip();
    boolean quota = stable.contains("exceeded quota") || stable.contains("failed quota");
    return new AttemptState.Waiting(
        quota ? Reason.QUOTA_EXCEEDED : Reason.JOB_REJECTED,
        "The cluster refuses the Pod of Job %s: %s. %s; the Job goes on by itself then"
            .formatted(
                name,
                stable.endsWith(".") ? stable.substring(0, stable.length() - 1) : stable,
                remedy(stable, quota)),
        waiting.since(),
        true);
  }

  private static String remedy(String words, boolean quota) {
    if (words.contains("must specify")) {
      return "Give it the limits and requests that the quota counts, in spec.podTemplate or by a LimitRange of the namespace";
    }
    if (words.contains("violates PodSecurity")) {
      return TOO_MUCH;
    }
    if (LIMIT_RANGE.matcher(words).find()) {
      return "Keep to the LimitRange of the namespace with resources in spec.podTemplate, or change that";
    }
    return NAMED.entrySet().stream()
        .filter(named -> words.contains(named.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(quota ? "Raise that quota, or free some of it" : "Change what refuses it");
  }

  static String time(Event event) {
    if (event.getSeries() != null && event.getSeries().getLastObservedTime() != null) {
      return event.getSeries().getLastObservedTime().getTime();
    }
    String last = event.getDeprecatedLastTimestamp();
    return last == null ? String.valueOf(event.getMetadata().getCreationTimestamp()) : last;
  }
}
