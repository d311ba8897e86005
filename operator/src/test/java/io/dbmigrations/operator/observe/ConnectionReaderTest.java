package io.dbmigrations.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.Certificates;
import io.dbmigrations.operator.database.DatabaseAccess;
import io.dbmigrations.operator.testing.SecretServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of Secrets and ConfigMaps, answer by answer of the API server. */
class ConnectionReaderTest {

  private static final DatabaseSpec URL = database("secretRef: {name: shop-db, key: url}");
  private static final DatabaseSpec PARTS =
      database(
          """
          connection:
            host: {configMapKeyRef: {name: shop, key: host}}
            port: {value: "5433"}
            name: {value: shop}
            user: {secretKeyRef: {name: shop-db, key: username}}
            password: {secretKeyRef: {name: shop-db, key: password}}
          """);

  private SecretServer server;
  private ConnectionReader connections;

  @BeforeEach
  void start() throws IOException {
    server = new SecretServer();
    connections = new ConnectionReader(server.client());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void readsTheValueWithTheSecretsVersion() {
    server.put("shop", "shop-db", "17", "url", "postgresql://u:s3cret@h/d");

    ConnectionReader.Found found = connections.read("shop", URL);

    assertThat(found).isEqualTo(complete("postgresql://u:s3cret@h/d", "17"));
    assertThat(found.toString()).doesNotContain("s3cret");
  }

  @Test
  void saysThatTheSecretDoesNotExist() {
    assertThat(connections.read("shop", URL))
        .isInstanceOfSatisfying(
            ConnectionReader.Missing.class,
            missing -> {
              assertThat(missing.message()).contains("Secret shop-db", "namespace shop", "key url");
              assertThat(missing.version()).isNull();
            });
  }

  @Test
  void saysThatTheKeyDoesNotExistAndWhichDo() {
    server.put("shop", "shop-db", "17", "uri", "s3cret");

    assertThat(connections.read("shop", URL))
        .isInstanceOfSatisfying(
            ConnectionReader.Missing.class,
            missing -> {
              assertThat(missing.message())
                  .contains("no key url", "uri", "Correct spec.database.secretRef.key, or")
                  .doesNotContain("s3cret");
              assertThat(missing.version()).isEqualTo("17");
            });
  }

  @Test
  void saysThatItMayNotReadTheSecretAndWhatHelps() {
    server.fail("shop", "shop-db", 403, "Forbidden");

    assertThat(connections.read("shop", URL))
        .isInstanceOfSatisfying(
            ConnectionReader.Forbidden.class,
            forbidden ->
                assertThat(forbidden.message())
                    .contains(
                        "Secret shop-db", "namespace shop", "ServiceAccount", "observer.enabled"));
  }

  @ParameterizedTest
  @CsvSource({
    "401, Unauthorized",
    "409, Conflict",
    "410, Gone",
    "422, Invalid",
    "429, TooManyRequests",
    "500, InternalError",
    "503, ServiceUnavailable",
    "504, Timeout",
  })
  void saysWhatTheApiServerAnswered(int code, String reason) {
    server.fail("shop", "shop-db", code, reason);

    assertThat(connections.read("shop", URL))
        .isInstanceOfSatisfying(
            ConnectionReader.Unknown.class,
            unknown ->
                assertThat(unknown.message())
                    .contains("Secret shop-db", "namespace shop", code + " " + reason));
  }

  @Test
  void saysThatTheApiServerIsAway() {
    server.stop();

    assertThat(connections.read("shop", URL))
        .isInstanceOfSatisfying(
            ConnectionReader.Unknown.class,
            unknown ->
                assertThat(unknown.message())
                    .contains("Secret shop-db", "cannot be reached")
                    .doesNotContain("127.0.0.1"));
  }

  @Test
  void makesTheUrlOfItsPartsAndNoticesAChangeOfEach() {
    server.put("shop", "shop-db", "17", Map.of("username", "app", "password", "p@ss word\n"));
    server.putConfigMap("shop", "shop", "3", Map.of("host", " shop-rw\n"));

    assertThat(connections.read("shop", PARTS))
        .isEqualTo(complete("postgresql://app:p%40ss%20word@shop-rw:5433/shop", "3 17"));
  }

  @Test
  void namesAConfigMapThatIsMissingAndAKeyOfIt() {
    server.put("shop", "shop-db", "17", Map.of("username", "app", "password", "s3cret"));
    assertMissing(
        Reason.CONFIG_MAP_MISSING,
        "ConfigMap shop does not exist in namespace shop. Create it with the host of the database's connection under the key host");

    server.putConfigMap("shop", "shop", "3", Map.of("hostname", "shop-rw"));
    assertMissing(
        Reason.CONFIG_MAP_MISSING,
        "ConfigMap shop in namespace shop has no key host (it has hostname). Correct spec.database.connection.host.configMapKeyRef.key, or add it with the host");
  }

  @Test
  void namesTheKeyOfASecretThatIsMissingOrEmpty() {
    server.putConfigMap("shop", "shop", "3", Map.of("host", "shop-rw"));
    server.put("shop", "shop-db", "17", Map.of("username", "app", "pass", "s3cret"));
    assertMissing(
        Reason.SECRET_MISSING,
        "Secret shop-db in namespace shop has no key password (it has pass, username). Correct spec.database.connection.password.secretKeyRef.key, or add it with the password");

    server.put("shop", "shop-db", "18", Map.of("username", "\n", "password", "s3cret"));
    assertMissing(
        Reason.SECRET_MISSING,
        "Secret shop-db in namespace shop has nothing under the key username. Write the user of");
  }

  @Test
  void saysThatItMayNotReadAConfigMap() {
    server.failConfigMap("shop", "shop", 403, "Forbidden");

    assertThat(connections.read("shop", PARTS))
        .isInstanceOfSatisfying(
            ConnectionReader.Unknown.class,
            unknown ->
                assertThat(unknown.message())
                    .contains(
                        "may not read ConfigMap shop in namespace shop", "get on ConfigMaps"));
  }

  @Test
  void readsTheCertificatesAsWell() {
    server.put("shop", "shop-db", "17", "url", "postgresql://u@h/d");
    server.putConfigMap("shop", "cloud-ca", "3", Map.of("bundle.pem", "the authority"));
    DatabaseSpec certified =
        database(
            """
            secretRef: {name: shop-db, key: url}
            certificates:
              ca: {configMapKeyRef: {name: cloud-ca, key: bundle.pem}}
              client: {secretRef: {name: shop-tls}}
            """);

    assertThat(connections.read("shop", certified))
        .isInstanceOfSatisfying(
            ConnectionReader.Missing.class,
            missing ->
                assertThat(missing.message())
                    .startsWith(
                        "Secret shop-tls does not exist in namespace shop. Create it with the certificate of the user under the key tls.crt"));

    server.put("shop", "shop-tls", "5", Map.of("tls.crt", "the certificate", "tls.key", "s3cret"));
    ConnectionReader.Found found = connections.read("shop", certified);

    assertThat(found)
        .isEqualTo(
            new ConnectionReader.Complete(
                new DatabaseAccess(
                    "postgresql://u@h/d",
                    new Certificates("the authority", "the certificate", "s3cret")),
                "17 3 5"));
    assertThat(found.toString()).doesNotContain("s3cret");
  }

  private static ConnectionReader.Complete complete(String url, String version) {
    return new ConnectionReader.Complete(DatabaseAccess.by(url), version);
  }

  private void assertMissing(Reason reason, String words) {
    assertThat(connections.read("shop", PARTS))
        .isInstanceOfSatisfying(
            ConnectionReader.Missing.class,
            missing -> {
              assertThat(missing.reason()).isEqualTo(reason);
              assertThat(missing.message())
                  .startsWith(words)
                  .endsWith("that is noticed by itself")
                  .doesNotContain("s3cret");
            });
  }

  private static DatabaseSpec database(String yaml) {
    return Serialization.unmarshal(yaml, DatabaseSpec.class);
  }
}
