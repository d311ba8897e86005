package io.dbmigrations.operator.job;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A value of a variable that no process can be given, such as a Secret's with a NUL byte. The
 * runtime's words are not shown: some of them repeat the value.
 */
final class UnfitValue {

  // Of runc (older ones say what the system does), crun, Go, and of the kubelet's own protocol.
  private static final Pattern WORDS =
      Pattern.compile(
          "can't contain null|contains (?:a )?(?:nul|null)\\b|setenv: invalid argument|invalid UTF-8",
          Pattern.CASE_INSENSITIVE);

  static final String WHAT = "a variable of its environment has a NUL byte, or what is no UTF-8";

  private UnfitValue() {}

  static boolean isMeantBy(@Nullable String words) {
    return words != null && WORDS.matcher(words).find();
  }

  /** What is wrong and what to do, as two sentences; empty where that is not what happened. */
  static Optional<String> told(Container container, @Nullable String words) {
    if (!isMeantBy(words)) {
      return Optional.empty();
    }
    List<String> sources = sources(container).toList();
    return Optional.of(
        "%s. Correct the value in %s: write it as text, and encode it once for data, or not at all for stringData. Then set the annotation dbmigrations.io/retry to a new value"
            .formatted(
                WHAT, sources.isEmpty() ? "spec.podTemplate" : String.join(", or in ", sources)));
  }

  private static Stream<String> sources(Container container) {
    Stream<String> keys =
        container.getEnv().stream()
            .map(variable -> variable.getValueFrom())
            .filter(Objects::nonNull)
            .map(EnvVarSource::getSecretKeyRef)
            .filter(Objects::nonNull)
            .map(UnfitValue::key);
    Stream<String> whole =
        container.getEnvFrom().stream()
            .filter(source -> source.getSecretRef() != null)
            .map(source -> "Secret " + source.getSecretRef().getName());
    return Stream.concat(keys, whole).distinct();
  }

  private static String key(SecretKeySelector selector) {
    return "key %s of Secret %s".formatted(selector.getKey(), selector.getName());
  }
}
