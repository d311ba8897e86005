package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.ConnectionPart;
import io.dbmigrations.api.v1alpha1.ConnectionSpec;
import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.ConnectionParts;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Secrets and ConfigMaps that say where the database of a resource is, when it is needed;
 * nothing is watched or kept.
 */
public final class ConnectionReader {

  private static final String PASSWORD = "password";

  /** What was found. */
  public sealed interface Found {
    /** The resource versions of what was read, of which one changes with every write. */
    @Nullable String version();
  }

  /** The URL; its text form does not show it. */
  public record Url(String value, String version) implements Found {
    @Override
    public String toString() {
      return "Url[…]";
    }
  }

  /** A Secret, a ConfigMap, or a key is not there. */
  public record Missing(Reason reason, String message, @Nullable String version) implements Found {}

  /** The operator may not read a Secret. */
  public record Forbidden(String message) implements Found {
    @Override
    public @Nullable String version() {
      return null;
    }
  }

  /** Nobody knows: the API server did not say. */
  public record Unknown(String message) implements Found {
    @Override
    public @Nullable String version() {
      return null;
    }
  }

  private final KubernetesClient client;

  public ConnectionReader(KubernetesClient client) {
    this.client = client;
  }

  /** Reads the values; whatever the API server answers is told, not thrown. */
  public Found read(String namespace, DatabaseSpec database) {
    StoredValues stored = new StoredValues(client, namespace);
    Map<String, String> values = new HashMap<>();
    for (Map.Entry<String, Key> entry : keys(database).entrySet()) {
      switch (stored.read(entry.getValue())) {
        case StoredValues.Absent absent -> {
          return absent.found();
        }
        case StoredValues.Value value -> values.put(entry.getKey(), value.text());
      }
    }
    return new Url(url(database, values), stored.version());
  }

  private static Map<String, Key> keys(DatabaseSpec database) {
    Map<String, Key> keys = new LinkedHashMap<>();
    if (database.secretRef() != null) {
      keys.put("url", Key.of(database.secretRef(), "the database's URL"));
    }
    ConnectionSpec connection = database.connection();
    if (connection != null) {
      connection
          .parts()
          .forEach((name, part) -> {
            String content = "the %s of the database's connection".formatted(name);
            if (part.secretKeyRef() != null) {
              keys.put(name, Key.of(part.secretKeyRef(), content));
            } else if (part.configMapKeyRef() != null) {
              keys.put(name, Key.of(part.configMapKeyRef(), content));
            }
          });
      if (connection.password() != null) {
        keys.put(
            PASSWORD, Key.of(connection.password().secretKeyRef(), "the password of the user"));
      }
    }
    return keys;
  }

  private static String url(DatabaseSpec database, Map<String, String> values) {
    ConnectionSpec connection = database.connection();
    if (connection == null) {
      return Objects.requireNonNull(values.get("url"), "the definition requires one of the two");
    }
    Map<String, String> parts = new HashMap<>(values);
    connection
        .parts()
        .forEach((name, part) -> written(part).ifPresent(value -> parts.put(name, value)));
    return ConnectionParts.of(parts).url();
  }

  private static Optional<String> written(ConnectionPart part) {
    return Optional.ofNullable(part.value());
  }
}
