package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.CertificateAuthority;
import io.dbmigrations.api.v1alpha1.CertificatesSpec;
import io.dbmigrations.api.v1alpha1.ClientCertificate;
import io.dbmigrations.api.v1alpha1.ConnectionPart;
import io.dbmigrations.api.v1alpha1.ConnectionSpec;
import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.SecretKeyRef;
import io.dbmigrations.operator.database.Certificates;
import io.dbmigrations.operator.database.ConnectionParts;
import io.dbmigrations.operator.database.DatabaseAccess;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Secrets and ConfigMaps that say where the database of a resource is, when it is needed;
 * nothing is watched.
 */
public final class ConnectionReader {

  private static final String URL = "url";
  private static final String PASSWORD = "password";
  private static final String CA = "ca";
  private static final String CLIENT = "client";
  private static final String CLIENT_KEY = "clientKey";

  private static final String AUTHORITY = "the authority's certificate";
  private static final String CONNECTION = "spec.database.connection.";
  private static final String CERTIFICATES = "spec.database.certificates";
  private static final String SECRET_KEY = ".secretKeyRef.key";
  private static final String CONFIG_MAP_KEY = ".configMapKeyRef.key";

  /** What was found. */
  public sealed interface Found {
    /** The resource versions of what was read, of which one changes with every write. */
    @Nullable String version();
  }

  /** All of it; its text form does not show it. */
  public record Complete(DatabaseAccess access, String version) implements Found {}

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
    Certificates certificates =
        new Certificates(values.get(CA), values.get(CLIENT), values.get(CLIENT_KEY));
    return new Complete(new DatabaseAccess(url(database, values), certificates), stored.version());
  }

  private static Map<String, Key> keys(DatabaseSpec database) {
    Map<String, Key> keys = new LinkedHashMap<>();
    if (database.secretRef() != null) {
      keys.put(
          URL, Key.of(database.secretRef(), "the database's URL", "spec.database.secretRef.key"));
    }
    ConnectionSpec connection = database.connection();
    if (connection != null) {
      connection
          .parts()
          .forEach((name, part) -> {
            String content = "the %s of the database's connection".formatted(name);
            String field = CONNECTION + name;
            if (part.secretKeyRef() != null) {
              keys.put(name, Key.of(part.secretKeyRef(), content, field + SECRET_KEY));
            } else if (part.configMapKeyRef() != null) {
              keys.put(name, Key.of(part.configMapKeyRef(), content, field + CONFIG_MAP_KEY));
            }
          });
      if (connection.password() != null) {
        keys.put(
            PASSWORD,
            Key.of(
                connection.password().secretKeyRef(),
                "the password of the user",
                CONNECTION + PASSWORD + SECRET_KEY));
      }
    }
    if (database.certificates() != null) {
      keys.putAll(keys(database.certificates()));
    }
    return keys;
  }

  private static Map<String, Key> keys(CertificatesSpec certificates) {
    Map<String, Key> keys = new LinkedHashMap<>();
    CertificateAuthority ca = certificates.ca();
    if (ca != null && ca.secretKeyRef() != null) {
      keys.put(CA, Key.of(ca.secretKeyRef(), AUTHORITY, CERTIFICATES + ".ca" + SECRET_KEY));
    } else if (ca != null && ca.configMapKeyRef() != null) {
      keys.put(CA, Key.of(ca.configMapKeyRef(), AUTHORITY, CERTIFICATES + ".ca" + CONFIG_MAP_KEY));
    }
    ClientCertificate client = certificates.client();
    if (client != null) {
      String secret = client.secretRef().name();
      keys.put(
          CLIENT,
          Key.of(
              new SecretKeyRef(secret, client.certificate()),
              "the certificate of the user",
              CERTIFICATES + ".client.certificate"));
      keys.put(
          CLIENT_KEY,
          Key.of(
              new SecretKeyRef(secret, client.key()),
              "the key of the user's certificate",
              CERTIFICATES + ".client.key"));
    }
    return keys;
  }

  private static String url(DatabaseSpec database, Map<String, String> values) {
    ConnectionSpec connection = database.connection();
    if (connection == null) {
      return Objects.requireNonNull(values.get(URL), "the definition requires one of the two");
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
