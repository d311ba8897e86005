package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A Secret or ConfigMap, or a key of one, that a Pod names and that is not there; pure. */
record MissingObject(Reason reason, String message) {

  private static final Pattern NO_OBJECT =
      Pattern.compile("(secret|configmap) \"([^\"]{1,253})\" not found");

  private static final Pattern NO_KEY =
      Pattern.compile("couldn't find key (\\S{1,253}) in (Secret|ConfigMap) (\\S{1,510})");

  // Of a volume, the kubelet does not say of which object.
  private static final Pattern NO_FILE =
      Pattern.compile("references non-existent (secret|config) key: ([-._a-zA-Z0-9]{1,253})");

  private static final Pattern VOLUME = Pattern.compile("for volume \"([^\"]{1,253})\"");

  /**
   * What of these words of a kubelet is missing, if they say so.
   *
   * @param user what of the Pod names it, for a person
   */
  static Optional<MissingObject> read(Pod pod, String user, String words) {
    Matcher object = NO_OBJECT.matcher(words);
    if (object.find()) {
      String kind = object.group(1).equals("secret") ? "Secret" : "ConfigMap";
      return read(pod, user, kind, object.group(2), null, words);
    }
    Matcher key = NO_KEY.matcher(words);
    if (key.find()) {
      String name = key.group(3).substring(key.group(3).lastIndexOf('/') + 1);
      return read(pod, user, key.group(2), name, key.group(1), words);
    }
    Matcher file = NO_FILE.matcher(words);
    if (file.find()) {
      String kind = file.group(1).equals("secret") ? "Secret" : "ConfigMap";
      return VolumeSources.of(pod, volume(words), kind, file.group(2))
          .flatMap(name -> read(pod, user, kind, name, file.group(2), words));
    }
    return Optional.empty();
  }

  private static String volume(String words) {
    Matcher volume = VOLUME.matcher(words);
    return volume.find() ? volume.group(1) : "";
  }

  private static Optional<MissingObject> read(
      Pod pod, String user, String kind, String name, @Nullable String key, String words) {
    boolean secret = kind.equals("Secret");
    if (!secret && isRunners(pod, name)) {
      // The operator makes it again by itself.
      return Optional.empty();
    }
    String subject =
        key == null
            ? "%s %s does not exist in namespace %s"
                .formatted(kind, name, pod.getMetadata().getNamespace())
            : "%s %s has no key %s".formatted(kind, name, key);
    String toDo = key == null ? "create it" : "add the key";
    String remedy =
        secret && isUrls(pod, name, key)
            ? "%s with the database's URL; that is noticed by itself"
                .formatted(key == null ? "Create it" : "Add it")
            : volume(words).equals(CertificateFiles.VOLUME)
                ? "spec.database.certificates names it: %s, which is noticed by itself"
                    .formatted(toDo)
                : "%s names it: %s, which is noticed by itself, or correct the resource (spec.podTemplate, spec.database)"
                    .formatted(user, toDo);
    return Optional.of(
        new MissingObject(
            secret ? Reason.SECRET_MISSING : Reason.CONFIG_MAP_MISSING,
            "%s. %s".formatted(subject, remedy)));
  }

  private static boolean isRunners(Pod pod, String name) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> MigrationPod.RUNNER_VOLUME.equals(volume.getName()))
        .map(Volume::getConfigMap)
        .filter(Objects::nonNull)
        .map(ConfigMapVolumeSource::getName)
        .anyMatch(name::equals);
  }

  private static boolean isUrls(Pod pod, String name, @Nullable String key) {
    return url(pod)
        .filter(url -> name.equals(url.getName()) && (key == null || key.equals(url.getKey())))
        .isPresent();
  }

  // The Secret of the variable that the runner is told to take the URL from.
  private static Optional<SecretKeySelector> url(Pod pod) {
    Optional<String> variable =
        PodState.declared(pod).getEnv().stream()
            .filter(env -> MigrationPod.REQUEST_VARIABLE.equals(env.getName()))
            .map(EnvVar::getValue)
            .filter(Objects::nonNull)
            .findFirst()
            .flatMap(MigrationRequest::urlVariable);
    return PodState.declared(pod).getEnv().stream()
        .filter(env -> variable.equals(Optional.of(env.getName())))
        .filter(env -> env.getValueFrom() != null)
        .map(env -> env.getValueFrom().getSecretKeyRef())
        .filter(Objects::nonNull)
        .findFirst();
  }
}
