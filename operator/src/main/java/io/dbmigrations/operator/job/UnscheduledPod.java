package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Why a Pod has no node yet, in the scheduler's words; pure. */
record UnscheduledPod(Reason reason, String message) {

  private static final String SCHEDULED = "PodScheduled";

  private static final Pattern NO_CLAIM =
      Pattern.compile("persistentvolumeclaim \"([^\"]{1,253})\" not found");

  // What a scheduler that looked for Pods to preempt adds to that.
  private static final String ADDED = ". not found";

  private static final List<String> PLACEMENT = List.of("didn't match", "untolerated taint");
  private static final List<String> CAPACITY = List.of("Insufficient ", "Too many pods");

  // What a Pod has where nobody asks for another one.
  private static final String DEFAULT_SCHEDULER = "default-scheduler";

  /** Empty where the scheduler has found a node, or will look at it in its turn. */
  static Optional<UnscheduledPod> read(Pod pod) {
    String name = pod.getMetadata().getName();
    List<PodSchedulingGate> gates = pod.getSpec().getSchedulingGates();
    if (!gates.isEmpty()) {
      return Optional.of(
          new UnscheduledPod(
              Reason.PENDING,
              "Pod %s is held by its schedulingGates (%s), and starts when who has set them takes them away. Those of spec.podTemplate nobody takes away but who has set them there"
                  .formatted(
                      name,
                      gates.stream()
                          .map(PodSchedulingGate::getName)
                          .collect(Collectors.joining(", ")))));
    }
    if (isUnnoticed(pod)) {
      return unnoticed(pod).map(words -> new UnscheduledPod(Reason.PENDING, words));
    }
    return pod.getStatus().getConditions().stream()
        .filter(condition -> SCHEDULED.equals(condition.getType()))
        .filter(condition -> "Unschedulable".equals(condition.getReason()))
        .findFirst()
        .map(PodCondition::getMessage)
        .map(words -> finding(pod, words(words)));
  }

  /** How one has ended that no kubelet has taken up, as its node is not there. */
  static Optional<Outcome> end(Pod pod) {
    return TerminatedContainer.disruption(pod)
        .filter(_ -> pod.getSpec().getNodeName() != null && isUnnoticed(pod))
        .map(end ->
            Outcome.of(
                Reason.UNSCHEDULABLE,
                "Pod %s was for the node %s alone (nodeName), and no kubelet took it up (%s), so that nothing was run. If there is no node of that name, correct nodeName in spec.podTemplate, or write a nodeSelector instead"
                    .formatted(
                        pod.getMetadata().getName(),
                        pod.getSpec().getNodeName(),
                        end.getMessage())));
  }

  /** Whether neither a scheduler nor a kubelet has said anything of it. */
  static boolean isUnnoticed(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .noneMatch(condition -> SCHEDULED.equals(condition.getType()));
  }

  private static Optional<String> unnoticed(Pod pod) {
    String name = pod.getMetadata().getName();
    String scheduler = pod.getSpec().getSchedulerName();
    if (pod.getSpec().getNodeName() != null) {
      return Optional.of(
          "Pod %s is for the node %s alone (nodeName), whose kubelet has not said anything of it. If there is none of that name, correct nodeName in spec.podTemplate, or write a nodeSelector instead"
              .formatted(name, pod.getSpec().getNodeName()));
    }
    if (scheduler != null && !scheduler.equals(DEFAULT_SCHEDULER)) {
      return Optional.of(
          "Pod %s waits for the scheduler %s, which has not said anything of it. If there is none of that name, correct schedulerName in spec.podTemplate"
              .formatted(name, scheduler));
    }
    String claims =
        pod.getSpec().getResourceClaims().stream()
            .map(claim ->
                claim.getResourceClaimName() == null
                    ? "that of the template " + claim.getResourceClaimTemplateName()
                    : claim.getResourceClaimName())
            .collect(Collectors.joining(", "));
    return claims.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Pod %s waits for its claims of resources (ResourceClaim %s). Make what is not there, or correct resourceClaims in spec.podTemplate"
                .formatted(name, claims));
  }

  private static UnscheduledPod finding(Pod pod, String words) {
    return new UnscheduledPod(
        Reason.UNSCHEDULABLE,
        "Pod %s finds no node: %s%s %s"
            .formatted(
                pod.getMetadata().getName(),
                words,
                words.endsWith(".") ? "" : ".",
                remedy(pod, words)));
  }

  private static String words(String said) {
    String words = Logins.mask(said).strip();
    return words.endsWith(ADDED) ? words.substring(0, words.length() - ADDED.length()) : words;
  }

  private static String remedy(Pod pod, String words) {
    Matcher claim = NO_CLAIM.matcher(words);
    if (claim.find()) {
      return "Create PersistentVolumeClaim %s in namespace %s, or correct the volume in spec.podTemplate"
          .formatted(claim.group(1), pod.getMetadata().getNamespace());
    }
    if (words.contains("persistentvolumeclaim") || words.contains("PersistentVolumeClaim")) {
      return "Let the claim be bound (kubectl describe persistentvolumeclaim says why it is not), or correct the volume in spec.podTemplate";
    }
    if (CAPACITY.stream().anyMatch(words::contains)) {
      return "Free or add capacity; if spec.podTemplate or a LimitRange makes it ask for too much, change that and set the annotation dbmigrations.io/retry to a new value";
    }
    return PLACEMENT.stream().anyMatch(words::contains)
        ? "Correct nodeSelector, affinity or tolerations in spec.podTemplate, or add a node that fits"
        : "Change what it names";
  }
}
