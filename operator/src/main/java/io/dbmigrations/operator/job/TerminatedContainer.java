package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a container ended: the runner's outcome, or what its absence means. */
final class TerminatedContainer {

  // 128 + SIGKILL and 128 + SIGTERM: ended from outside before it could say anything.
  private static final int KILLED = 137;
  private static final int TERMINATED = 143;

  // runc's and crun's words for a command that the image does not have.
  private static final Pattern NO_EXECUTABLE =
      Pattern.compile(
          "executable file (`[^`]*` )?not found|no such file or directory|not a directory",
          Pattern.CASE_INSENSITIVE);

  // runc's words where what starts the container has no room under its limit.
  private static final Pattern NO_MEMORY =
      Pattern.compile("OOM-killed|memory limit too low", Pattern.CASE_INSENSITIVE);

  // The same, if the limit is so low; it may be for something else otherwise.
  private static final Pattern NO_CHILD =
      Pattern.compile("final child's PID from pipe", Pattern.CASE_INSENSITIVE);

  private static final BigDecimal LOW_LIMIT = BigDecimal.valueOf(32L << 20);

  private static final int MAX_WORDS = 600;

  private static final Set<Reason> CONNECTIONS =
      EnumSet.of(Reason.DATABASE_UNREACHABLE, Reason.CONNECTION_LOST);

  private TerminatedContainer() {}

  static Outcome outcome(Pod pod, ContainerStateTerminated end) {
    return Outcome.parse(end.getMessage())
        .map(outcome -> besideOthers(pod, end, outcome))
        .orElseGet(() -> withoutOutcome(pod, end));
  }

  // The runner cannot see what has become of a proxy that the connection goes through.
  private static Outcome besideOthers(Pod pod, ContainerStateTerminated end, Outcome outcome) {
    return CONNECTIONS.contains(outcome.reason())
        ? Companions.failure(pod, end)
            .map(told -> outcome.because(outcome.reason(), outcome.message() + " " + told))
            .orElse(outcome)
        : outcome;
  }

  static String lost(Pod pod) {
    String reason = pod.getStatus().getReason();
    String message = pod.getStatus().getMessage();
    if (reason == null && message == null) {
      reason = disruption(pod).map(PodCondition::getReason).orElse(null);
      message = disruption(pod).map(PodCondition::getMessage).orElse(null);
    }
    return "Pod %s was lost, and with it the outcome%s%s. The next attempt finds what was done"
        .formatted(
            pod.getMetadata().getName(),
            reason == null ? "" : " (" + reason + ")",
            message == null ? "" : ": " + message);
  }

  /** Who took the Pod away, such as the collector of Pods without a node, if one says so. */
  static Optional<PodCondition> disruption(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(condition -> "DisruptionTarget".equals(condition.getType()))
        .filter(condition -> "True".equals(condition.getStatus()))
        .findFirst();
  }

  private static Outcome withoutOutcome(Pod pod, ContainerStateTerminated end) {
    if ("OOMKilled".equals(end.getReason())) {
      return Outcome.of(Reason.OUT_OF_MEMORY, outOfMemory(pod));
    }
    if ("StartError".equals(end.getReason()) || "ContainerCannotRun".equals(end.getReason())) {
      return UnfitValue.told(PodState.declared(pod), end.getMessage())
          .map(told ->
              Outcome.of(Reason.CONFIGURATION_ERROR, "The container cannot be started: " + told))
          .orElseGet(() -> notStarted(pod, excerpt(end.getMessage())));
    }
    if (pod.getStatus().getReason() != null
        || end.getExitCode() == KILLED
        || end.getExitCode() == TERMINATED) {
      return Outcome.of(Reason.POD_LOST, lost(pod));
    }
    Optional<String> entrypoint = ContainerWishes.entrypoint(pod);
    if (entrypoint.isPresent()) {
      return Outcome.of(
          Reason.CONFIGURATION_ERROR, endedAtTheEntrypoint(pod, end, entrypoint.get()));
    }
    return Outcome.of(
        Reason.INTERNAL_ERROR,
        "The process of Pod %s ended with exit code %d before the runner could say why, as by os._exit() or a crash in a driver%s. Its last words are in the log: kubectl logs %s. When the cause is gone, set the annotation dbmigrations.io/retry to a new value"
            .formatted(
                pod.getMetadata().getName(),
                end.getExitCode(),
                ContainerWishes.variables(pod)
                    .map(
                        ", or because the interpreter reads %s, of spec.podTemplate, before it starts"
                            ::formatted)
                    .orElse(""),
                pod.getMetadata().getName()));
  }

  private static String endedAtTheEntrypoint(
      Pod pod, ContainerStateTerminated end, String entrypoint) {
    String name = pod.getMetadata().getName();
    return "The process of Pod %s ended with exit code %d before the runner could say why. Most likely %s, with which spec.alembic.command begins, failed or ended by itself: it has to end with exec \"$@\", which runs the words behind it. Else the process was ended by os._exit() or a crash in a driver. Its words are in the log: kubectl logs %s. Correct the image or spec.alembic.command; when the cause is gone, set the annotation dbmigrations.io/retry to a new value"
        .formatted(name, end.getExitCode(), entrypoint, name);
  }

  private static String outOfMemory(Pod pod) {
    Quantity limit = ContainerWishes.memory(pod).orElse(null);
    return "The container was killed because %s. Process less at a time, or %s, and set the annotation dbmigrations.io/retry to a new value"
        .formatted(
            limit == null
                ? "its node has no memory left"
                : "it may use no more than %s of memory".formatted(limit),
            limit == null
                ? "make room on the nodes"
                : "raise that limit, which is of spec.podTemplate or of a LimitRange of the namespace");
  }

  private static Outcome notStarted(Pod pod, String words) {
    String python = PodState.declared(pod).getCommand().getFirst();
    if (isForWantOfMemory(pod, words)) {
      return Outcome.of(Reason.OUT_OF_MEMORY, outOfMemory(pod));
    }
    Optional<String> mounts = ContainerWishes.mounts(pod);
    if (NO_EXECUTABLE.matcher(words).find() && words.contains(python)) {
      return missing(pod, python, mounts);
    }
    String remedy =
        ContainerWishes.mountIn(pod, words)
            .map(mount ->
                "The volume %s is mounted at %s: correct volumeMounts in spec.podTemplate"
                    .formatted(mount.getName(), mount.getMountPath()))
            .or(() ->
                mounts.map(
                    "If it is not the image's, correct what it names in spec.podTemplate, where volumes are mounted at %s"
                        ::formatted))
            .orElse("Correct spec.image, spec.alembic or spec.podTemplate");
    return Outcome.of(
        Reason.CONFIGURATION_ERROR,
        "The container cannot be started: %s. %s".formatted(words, remedy));
  }

  private static Outcome missing(Pod pod, String program, Optional<String> mounts) {
    String others =
        mounts
                .map(", or take the volume away that hides it (%s, of spec.podTemplate)"::formatted)
                .orElse("")
            + ContainerWishes.path(pod)
                .filter(_ -> !program.contains("/"))
                .map(
                    ", or correct PATH in spec.podTemplate, by which it is looked for (%s): of the image's own Kubernetes knows nothing, $(PATH) stays as it is"
                        ::formatted)
                .orElse("");
    return ContainerWishes.entrypoint(pod).isPresent()
        ? Outcome.of(
            Reason.CONFIGURATION_ERROR,
            "The image has no %s, with which spec.alembic.command begins, or it is a script whose first line names an interpreter that the image has not. Correct spec.alembic.command or the image%s"
                .formatted(program, others))
        : Outcome.of(
            Reason.PYTHON_MISSING,
            "The image has no %s. Set spec.alembic.python to the interpreter in the image, such as /opt/venv/bin/python, or install Python in it%s"
                .formatted(program, others));
  }

  private static boolean isForWantOfMemory(Pod pod, String words) {
    return ContainerWishes.memory(pod)
        .map(Quantity::getNumericalAmount)
        .filter(limit ->
            NO_MEMORY.matcher(words).find()
                || (NO_CHILD.matcher(words).find() && limit.compareTo(LOW_LIMIT) < 0))
        .isPresent();
  }

  static String excerpt(@Nullable String message) {
    String words = message == null ? "" : message.strip().replaceAll("\\s+", " ");
    return words.length() <= MAX_WORDS ? words : "…" + words.substring(words.length() - MAX_WORDS);
  }
}
