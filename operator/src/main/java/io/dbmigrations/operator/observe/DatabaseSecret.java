package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.SecretKeyRef;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the one Secret that a resource names, when it is needed; nothing is watched or kept. */
public final class DatabaseSecret {

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseSecret.class);

  /** What was found. */
  public sealed interface Found {
    /** The Secret's resource version, which changes with every write; null where it was not got. */
    @Nullable String version();
  }

  /** The URL; its text form does not show it. */
  public record Url(String value, String version) implements Found {
    @Override
    public String toString() {
      return "Url[…]";
    }
  }

  /** The Secret or its key is not there. */
  public record Missing(String message, @Nullable String version) implements Found {}

  /** The operator may not read the Secret. */
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

  public DatabaseSecret(KubernetesClient client) {
    this.client = client;
  }

  /** Reads the value; whatever the API server answers is told, not thrown. */
  public Found read(String namespace, SecretKeyRef reference) {
    try {
      return find(namespace, reference);
    } catch (KubernetesClientException e) {
      LOG.debug(
          "Secret {} in namespace {} cannot be read: {}", reference.name(), namespace, words(e));
      return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
          ? new Forbidden(forbidden(namespace, reference))
          : new Unknown(
              "Secret %s in namespace %s cannot be read, which says nothing about the database: the API server %s"
                  .formatted(reference.name(), namespace, words(e)));
    }
  }

  private Found find(String namespace, SecretKeyRef reference) {
    Secret secret = client.secrets().inNamespace(namespace).withName(reference.name()).get();
    if (secret == null) {
      return new Missing(
          "Secret %s does not exist in namespace %s. Create it with the database's URL under the key %s; that is noticed by itself"
              .formatted(reference.name(), namespace, reference.key()),
          null);
    }
    String version = secret.getMetadata().getResourceVersion();
    Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
    String value = data.get(reference.key());
    if (value == null) {
      return new Missing(
          "Secret %s in namespace %s has no key %s (it has %s). Add it with the database's URL; that is noticed by itself"
              .formatted(
                  reference.name(),
                  namespace,
                  reference.key(),
                  data.isEmpty()
                      ? "none"
                      : String.join(", ", data.keySet().stream().sorted().toList())),
          version);
    }
    return new Url(new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8), version);
  }

  private static String forbidden(String namespace, SecretKeyRef reference) {
    return "The operator may not read Secret %s in namespace %s. Grant its ServiceAccount get on Secrets there, as the chart's role does; or set the chart's observer.enabled to false, and the migration's own word is taken"
        .formatted(reference.name(), namespace);
  }

  /** The status alone: the client's own message is long and has the server's address. */
  private static String words(KubernetesClientException e) {
    if (e.getCode() <= 0) {
      return "cannot be reached";
    }
    return e.getStatus() == null || e.getStatus().getReason() == null
        ? "answers " + e.getCode()
        : "answers %d %s".formatted(e.getCode(), e.getStatus().getReason());
  }
}
