package io.dbmigrations.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.SecretKeyRef;
import io.dbmigrations.operator.testing.SecretServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a Secret, answer by answer of the API server. */
class DatabaseSecretTest {

  private static final SecretKeyRef REFERENCE = new SecretKeyRef("shop-db", "url");

  private SecretServer server;
  private DatabaseSecret secret;

  @BeforeEach
  void start() throws IOException {
    server = new SecretServer();
    secret = new DatabaseSecret(server.client());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void readsTheValueWithTheSecretsVersion() {
    server.put("shop", "shop-db", "17", "url", "postgresql://u:s3cret@h/d");

    DatabaseSecret.Found found = secret.read("shop", REFERENCE);

    assertThat(found).isEqualTo(new DatabaseSecret.Url("postgresql://u:s3cret@h/d", "17"));
    assertThat(found.toString()).doesNotContain("s3cret");
  }

  @Test
  void saysThatTheSecretDoesNotExist() {
    assertThat(secret.read("shop", REFERENCE))
        .isInstanceOfSatisfying(
            DatabaseSecret.Missing.class,
            missing -> {
              assertThat(missing.message()).contains("Secret shop-db", "namespace shop", "key url");
              assertThat(missing.version()).isNull();
            });
  }

  @Test
  void saysThatTheKeyDoesNotExistAndWhichDo() {
    server.put("shop", "shop-db", "17", "uri", "s3cret");

    assertThat(secret.read("shop", REFERENCE))
        .isInstanceOfSatisfying(
            DatabaseSecret.Missing.class,
            missing -> {
              assertThat(missing.message()).contains("no key url", "uri").doesNotContain("s3cret");
              assertThat(missing.version()).isEqualTo("17");
            });
  }

  @Test
  void saysThatItMayNotReadTheSecretAndWhatHelps() {
    server.fail("shop", "shop-db", 403, "Forbidden");

    assertThat(secret.read("shop", REFERENCE))
        .isInstanceOfSatisfying(
            DatabaseSecret.Forbidden.class,
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

    assertThat(secret.read("shop", REFERENCE))
        .isInstanceOfSatisfying(
            DatabaseSecret.Unknown.class,
            unknown ->
                assertThat(unknown.message())
                    .contains("Secret shop-db", "namespace shop", code + " " + reason));
  }

  @Test
  void saysThatTheApiServerIsAway() {
    server.stop();

    assertThat(secret.read("shop", REFERENCE))
        .isInstanceOfSatisfying(
            DatabaseSecret.Unknown.class,
            unknown ->
                assertThat(unknown.message())
                    .contains("Secret shop-db", "cannot be reached")
                    .doesNotContain("127.0.0.1"));
  }
}
