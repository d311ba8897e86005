package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
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
    return "Pod %s was lost%s%s; the migration is asked for again and finds what was done"
        .formatted(
            pod.getMetadata().getName(),
            reason == null ? "" : " (" + reason + ")",
            message == null ? "" : ": " + message);
  }

  private static Outcome withoutOutcome(Pod pod, ContainerStateTerminated end) {
    String words = excerpt(end.getMessage());
    if ("OOMKilled".equals(end.getReason())) {
      return Outcome.of(
          Reason.OUT_OF_MEMORY,
          "The container was killed for want of memory. Process less at a time, or give the"
              + " namespace's containers more memory");
    }
    if ("StartError".equals(end.getReason()) || "ContainerCannotRun".equals(end.getReason())) {
      return notStarted(pod, words);
    }
    if (pod.getStatus().getReason() != null
        || end.getExitCode() == KILLED
        || end.getExitCode() == TERMINATED) {
      return Outcome.of(Reason.POD_LOST, lost(pod));
    }
    return Outcome.of(
        Reason.INTERNAL_ERROR,
        "The container ended with exit code %d and no outcome; its last words: %s"
            .formatted(end.getExitCode(), words.isEmpty() ? "none" : words));
  }

  private static Outcome notStarted(Pod pod, String words) {
    String python = pod.getSpec().getContainers().getFirst().getCommand().getFirst();
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

  private static String excerpt(@Nullable String message) {
    String words = message == null ? "" : message.strip().replaceAll("\\s+", " ");
    return words.length() <= MAX_WORDS ? words : "…" + words.substring(words.length() - MAX_WORDS);
  }
}
