package io.dbmigrations.operator.job;

import io.fabric8.kubernetes.api.model.ConfigMapProjection;
import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretProjection;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which Secret or ConfigMap a volume of a Pod takes a key from; pure. */
final class VolumeSources {

  /** One object of one kind, with the keys that are taken from it. */
  private record Source(String kind, String name, List<KeyToPath> items) {}

  private VolumeSources() {}

  /** The name of the object of that kind; empty unless exactly one is asked for that key. */
  static Optional<String> of(Pod pod, String volume, String kind, String key) {
    List<String> names =
        pod.getSpec().getVolumes().stream()
            .filter(one -> volume.equals(one.getName()))
            .flatMap(VolumeSources::sources)
            .filter(source -> source.kind().equals(kind))
            .filter(source -> source.items().stream().anyMatch(item -> key.equals(item.getKey())))
            .map(Source::name)
            .distinct()
            .toList();
    return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
  }

  private static Stream<Source> sources(Volume volume) {
    SecretVolumeSource secret = volume.getSecret();
    ConfigMapVolumeSource map = volume.getConfigMap();
    Stream<Source> own =
        secret != null
            ? Stream.of(new Source("Secret", secret.getSecretName(), secret.getItems()))
            : map != null
                ? Stream.of(new Source("ConfigMap", map.getName(), map.getItems()))
                : Stream.empty();
    return volume.getProjected() == null
        ? own
        : Stream.concat(
            own, volume.getProjected().getSources().stream().flatMap(VolumeSources::source));
  }

  private static Stream<Source> source(VolumeProjection projection) {
    @Nullable SecretProjection secret = projection.getSecret();
    @Nullable ConfigMapProjection map = projection.getConfigMap();
    return secret != null
        ? Stream.of(new Source("Secret", secret.getName(), secret.getItems()))
        : map != null
            ? Stream.of(new Source("ConfigMap", map.getName(), map.getItems()))
            : Stream.empty();
  }
}
