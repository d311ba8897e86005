package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.SecretKeyRef;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** Reads the one Secret that a resource names, when it is needed; nothing is watched or kept. */
public final class DatabaseSecret {

  /** What was found. */
  public sealed interface Found {}

  /** The URL; its text form does not show it. */
  public record Url(String value) implements Found {
    @Override
    public String toString() {
      return "Url[…]";
    }
  }

  /** The Secret or its key is not there. */
  public record Missing(String message) implements Found {}

  private final KubernetesClient client;

  public DatabaseSecret(KubernetesClient client) {
    this.client = client;
  }

  /** Reads the value. */
  public Found read(String namespace, SecretKeyRef reference) {
    Secret secret = client.secrets().inNamespace(namespace).withName(reference.name()).get();
    if (secret == null) {
      return new Missing(
          "Secret %s does not exist in namespace %s. Create it with the database's URL under the key %s; that is noticed by itself"
              .formatted(reference.name(), namespace, reference.key()));
    }
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
                      : String.join(", ", data.keySet().stream().sorted().toList())));
    }
    return new Url(new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
  }
}
