package io.dbmigrations.operator.observe;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Values of Secrets and ConfigMaps of a namespace, each object got once. */
final class StoredValues {

  private static final Logger LOG = LoggerFactory.getLogger(StoredValues.class);

  /** What is under a key. */
  sealed interface Result {}

  /** The value; its text form does not show it. */
  record Value(String text) implements Result {
    @Override
    public String toString() {
      return "Value[…]";
    }
  }

  /** Why there is none. */
  record Absent(ConnectionReader.Found found) implements Result {}

  /** An object as it is kept; the values of a Secret are encoded. */
  private record Stored(@Nullable String version, Map<String, String> data) {
    static Stored of(ObjectMeta metadata, @Nullable Map<String, String> data) {
      return new Stored(metadata.getResourceVersion(), data == null ? Map.of() : data);
    }
  }

  private record Place(Key.Kind kind, String name) {}

  private final KubernetesClient client;
  private final String namespace;
  private final Map<Place, Stored> objects = new LinkedHashMap<>();

  StoredValues(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** The versions of all that was got. */
  String version() {
    return objects.values().stream()
        .map(stored -> String.valueOf(stored.version()))
        .collect(Collectors.joining(" "));
  }

  /** Reads the value; whatever the API server answers is told, not thrown. */
  Result read(Key key) {
    try {
      return find(key);
    } catch (KubernetesClientException e) {
      LOG.debug("{} in namespace {} cannot be read: {}", key.where(), namespace, words(e));
      return new Absent(refused(key, e));
    }
  }

  private Result find(Key key) {
    Place place = new Place(key.kind(), key.object());
    Stored stored = objects.get(place);
    if (stored == null) {
      stored = get(key);
      if (stored == null) {
        return missing(
            key,
            "%s does not exist in namespace %s. Create it with %s under the key %s"
                .formatted(key.where(), namespace, key.content(), key.name()));
      }
      objects.put(place, stored);
    }
    String value = stored.data().get(key.name());
    if (value == null) {
      String keys = stored.data().keySet().stream().sorted().collect(Collectors.joining(", "));
      return missing(
          key,
          "%s in namespace %s has no key %s (it has %s). Correct %s, or add it with %s"
              .formatted(
                  key.where(),
                  namespace,
                  key.name(),
                  keys.isEmpty() ? "none" : keys,
                  key.field(),
                  key.content()));
    }
    String text = key.kind() == Key.Kind.SECRET ? decoded(value) : value;
    if (text.isBlank()) {
      return missing(
          key,
          "%s in namespace %s has nothing under the key %s. Write %s there"
              .formatted(key.where(), namespace, key.name(), key.content()));
    }
    return new Value(text);
  }

  private Absent missing(Key key, String message) {
    return new Absent(
        new ConnectionReader.Missing(
            key.kind().missing(),
            message + "; that is noticed by itself",
            objects.isEmpty() ? null : version()));
  }

  private @Nullable Stored get(Key key) {
    return switch (key.kind()) {
      case SECRET -> {
        Secret secret = client.secrets().inNamespace(namespace).withName(key.object()).get();
        yield secret == null ? null : Stored.of(secret.getMetadata(), secret.getData());
      }
      case CONFIG_MAP -> {
        ConfigMap map = client.configMaps().inNamespace(namespace).withName(key.object()).get();
        yield map == null ? null : Stored.of(map.getMetadata(), map.getData());
      }
    };
  }

  private ConnectionReader.Found refused(Key key, KubernetesClientException e) {
    if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
      return new ConnectionReader.Unknown(
          "%s in namespace %s cannot be read, which says nothing about the database: the API server %s"
              .formatted(key.where(), namespace, words(e)));
    }
    String grant =
        "The operator may not read %s in namespace %s. Grant its ServiceAccount get on %ss there, as the chart's role does"
            .formatted(key.where(), namespace, key.kind());
    return switch (key.kind()) {
      case SECRET ->
          new ConnectionReader.Forbidden(
              grant
                  + "; or set the chart's observer.enabled to false, and the migration's own word is taken");
      case CONFIG_MAP -> new ConnectionReader.Unknown(grant);
    };
  }

  private static String decoded(String value) {
    return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
  }

  /** The status alone: the client's own message is long and has the server's address. */
  private static String words(KubernetesClientException e) {
    if (e.getCode() <= 0) {
      return "cannot be reached";
    }
    String reason = e.getStatus() == null ? null : e.getStatus().getReason();
    return "answers " + e.getCode() + (reason == null ? "" : " " + reason);
  }
}
