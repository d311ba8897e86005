package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Optional;
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

  private static final int MAX_WORDS = 600;

  private TerminatedContainer() {}

  static Outcome outcome(Pod pod, ContainerStateTerminated end) {
    return Outcome.parse(end.getMessage()).orElseGet(() -> withoutOutcome(pod, end));
  }

  static String lost(Pod pod) {
    String reason = pod.getStatus().getReason();
    String message = pod.getStatus().getMessage();
    return "Pod %s was lost, and with it the outcome%s%s. The next attempt finds what was done"
        .formatted(
            pod.getMetadata().getName(),
            reason == null ? "" : " (" + reason + ")",
            message == null ? "" : ": " + message);
  }

  private static Outcome withoutOutcome(Pod pod, ContainerStateTerminated end) {
    if ("OOMKilled".equals(end.getReason())) {
      return Outcome.of(Reason.OUT_OF_MEMORY, outOfMemory(pod));
    }
    if ("StartError".equals(end.getReason()) || "ContainerCannotRun".equals(end.getReason())) {
      return notStarted(pod, excerpt(end.getMessage()));
    }
    if (pod.getStatus().getReason() != null
        || end.getExitCode() == KILLED
        || end.getExitCode() == TERMINATED) {
      return Outcome.of(Reason.POD_LOST, lost(pod));
    }
    return Outcome.of(
        Reason.INTERNAL_ERROR,
        "The process of Pod %s ended with exit code %d before the runner could say why, as by os._exit() or a crash in a driver. Its last words are in the log: kubectl logs %s. When the cause is gone, set the annotation dbmigrations.io/retry to a new value"
            .formatted(
                pod.getMetadata().getName(), end.getExitCode(), pod.getMetadata().getName()));
  }

  private static String outOfMemory(Pod pod) {
    Quantity limit =
        Optional.ofNullable(PodState.declared(pod).getResources())
            .map(resources -> resources.getLimits().get("memory"))
            .orElse(null);
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
    if (NO_EXECUTABLE.matcher(words).find() && words.contains(python)) {
      return Outcome.of(
          Reason.PYTHON_MISSING,
          "The image has no %s. Set spec.alembic.python to the interpreter in the image, such as"
                  .formatted(python)
              + " /opt/venv/bin/python, or install Python in it");
    }
    return Outcome.of(
        Reason.CONFIGURATION_ERROR, "The container cannot be started: %s".formatted(words));
  }

  static String excerpt(@Nullable String message) {
    String words = message == null ? "" : message.strip().replaceAll("\\s+", " ");
    return words.length() <= MAX_WORDS ? words : "…" + words.substring(words.length() - MAX_WORDS);
  }
}
