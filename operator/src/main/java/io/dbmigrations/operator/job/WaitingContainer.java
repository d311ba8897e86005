package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Why a container has not started, in the kubelet's words. The reasons are those of the kubelet's
 * {@code images/types.go} and {@code kuberuntime}; a Job never fails for them by itself.
 *
 * @param needsUser whether only a user id is missing
 */
record WaitingContainer(Reason reason, String message, boolean needsUser) {

  private static final Set<String> IMAGE_REASONS =
      Set.of(
          "ErrImagePull",
          "ImagePullBackOff",
          "InvalidImageName",
          "ErrImageNeverPull",
          "ImageInspectError",
          "RegistryUnavailable",
          "SignatureValidationFailed");

  // The same failure reads differently while the kubelet pauses; a status must not flap with it.
  private static final Pattern BACK_OFF =
      Pattern.compile("^Back-off pulling image \"[^\"]*\"(: ErrImagePull)?(: )?");

  /**
   * Why this one waits.
   *
   * @param container the migration's container, or another one of its Pod that has to start first
   */
  static WaitingContainer read(Pod pod, Container container, ContainerStateWaiting waiting) {
    String reason = String.valueOf(waiting.getReason());
    String words = waiting.getMessage() == null ? "" : Logins.mask(waiting.getMessage());
    if (IMAGE_REASONS.contains(reason)) {
      return new WaitingContainer(Reason.IMAGE_PULL_FAILED, image(container, words), false);
    }
    return switch (reason) {
      case "CreateContainerConfigError" -> configuration(pod, container, words);
      case "CreateContainerError", "RunContainerError" ->
          new WaitingContainer(
              Reason.CONFIGURATION_ERROR,
              "%s cannot be made: %s"
                  .formatted(
                      subject(container),
                      UnfitValue.told(container, words).orElseGet(() -> notMade(container, words))),
              false);
      default ->
          new WaitingContainer(
              Reason.PENDING,
              "Pod %s is starting: %s".formatted(pod.getMetadata().getName(), reason),
              false);
    };
  }

  private static String notMade(Container container, String words) {
    return "%s. Correct %s"
        .formatted(
            words,
            isMigrations(container)
                ? "spec.image, spec.alembic or spec.podTemplate"
                : "it in spec.podTemplate");
  }

  private static WaitingContainer configuration(Pod pod, Container container, String words) {
    if (words.contains("runAsNonRoot") && isMigrations(container)) {
      return new WaitingContainer(Reason.PENDING, words, true);
    }
    if (words.startsWith("failed to sync ")) {
      // The kubelet's own caches: it goes on by itself within a moment.
      return new WaitingContainer(
          Reason.PENDING,
          "Pod %s is starting: %s".formatted(pod.getMetadata().getName(), words),
          false);
    }
    return MissingObject.read(pod, "Container " + container.getName(), words)
        .map(missing -> new WaitingContainer(missing.reason(), missing.message(), false))
        .orElseGet(() ->
            new WaitingContainer(
                Reason.CONFIGURATION_ERROR,
                "%s cannot be configured: %s. %s"
                    .formatted(subject(container), words, remedy(words)),
                false));
  }

  // Of a container that nobody else can give a user, or whose user is root.
  private static String remedy(String words) {
    if (words.contains("non-root policy")) {
      return "Correct runAsUser in a securityContext in spec.podTemplate, or write runAsNonRoot: false beside it";
    }
    return words.contains("runAsNonRoot")
        ? "Write a runAsUser in its securityContext in spec.podTemplate, or write runAsNonRoot: false beside it"
        : "Correct it in spec.podTemplate";
  }

  private static String image(Container container, String words) {
    String detail = BACK_OFF.matcher(words).replaceFirst("").strip();
    return "Image %s%s cannot be pulled%s. Correct %s or spec.imagePullSecrets, or push the image; the kubelet goes on trying"
        .formatted(
            container.getImage(),
            isMigrations(container) ? "" : " of container " + container.getName(),
            detail.isEmpty() ? "" : ": " + detail,
            isMigrations(container) ? "spec.image" : "it in spec.podTemplate,");
  }

  private static String subject(Container container) {
    return isMigrations(container) ? "The container" : "Container " + container.getName();
  }

  private static boolean isMigrations(Container container) {
    return MigrationJob.CONTAINER.equals(container.getName());
  }
}
