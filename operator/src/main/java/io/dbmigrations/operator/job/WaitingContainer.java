package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Set;
import java.util.regex.Matcher;
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

  private static final Pattern MISSING =
      Pattern.compile(
          "(?<kind>secret|configmap) \"(?<object>[^\"]+)\" not found"
              + "|couldn't find key (?<key>\\S+) in (?<owner>Secret|ConfigMap) (?<name>\\S+)");

  static WaitingContainer read(Pod pod, ContainerStateWaiting waiting) {
    String reason = String.valueOf(waiting.getReason());
    String words = waiting.getMessage() == null ? "" : Logins.mask(waiting.getMessage());
    if (IMAGE_REASONS.contains(reason)) {
      return new WaitingContainer(Reason.IMAGE_PULL_FAILED, image(pod, words), false);
    }
    return switch (reason) {
      case "CreateContainerConfigError" -> configuration(pod, words);
      case "CreateContainerError", "RunContainerError" ->
          new WaitingContainer(
              Reason.CONFIGURATION_ERROR,
              "The container cannot be made: %s. Correct spec.image or spec.alembic"
                  .formatted(words),
              false);
      default ->
          new WaitingContainer(
              Reason.PENDING,
              "Pod %s is starting: %s".formatted(pod.getMetadata().getName(), reason),
              false);
    };
  }

  private static WaitingContainer configuration(Pod pod, String words) {
    if (words.contains("runAsNonRoot")) {
      return new WaitingContainer(Reason.PENDING, words, true);
    }
    Matcher missing = MISSING.matcher(words);
    if (missing.find()) {
      return missing(pod, missing);
    }
    if (words.startsWith("failed to sync ")) {
      // The kubelet's own caches: it goes on by itself within a moment.
      return new WaitingContainer(
          Reason.PENDING,
          "Pod %s is starting: %s".formatted(pod.getMetadata().getName(), words),
          false);
    }
    return new WaitingContainer(
        Reason.CONFIGURATION_ERROR,
        "The container cannot be configured: %s".formatted(words),
        false);
  }

  private static WaitingContainer missing(Pod pod, Matcher words) {
    boolean isSecret =
        "secret".equals(words.group("kind")) || "Secret".equals(words.group("owner"));
    String kind = isSecret ? "Secret" : "ConfigMap";
    String message =
        words.group("object") != null
            ? "%s %s does not exist in namespace %s. Create it, with what the resource takes from it"
                .formatted(kind, words.group("object"), pod.getMetadata().getNamespace())
            : "%s %s has no key %s. Add it, or name another one in the resource"
                .formatted(kind, words.group("name"), words.group("key"));
    return new WaitingContainer(
        isSecret ? Reason.SECRET_MISSING : Reason.CONFIG_MAP_MISSING,
        message + "; that is noticed by itself",
        false);
  }

  private static String image(Pod pod, String words) {
    String image = PodState.declared(pod).getImage();
    String detail = BACK_OFF.matcher(words).replaceFirst("").strip();
    return "Image %s cannot be pulled%s. Correct spec.image or spec.imagePullSecrets, or push the image; the kubelet goes on trying"
        .formatted(image, detail.isEmpty() ? "" : ": " + detail);
  }
}
