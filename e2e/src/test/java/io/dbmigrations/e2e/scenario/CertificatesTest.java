package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Authority;
import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import io.dbmigrations.e2e.fixture.TlsPostgres;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A server that is verified, and roles that are let in by a certificate. */
class CertificatesTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @TempDir Path directory;

  @Test
  void aRoleIsLetInByItsCertificateAndTheServerVerified() throws SQLException {
    var authority = Authority.create(directory);
    var server = TlsPostgres.start(SCENARIO, "certified", authority, "cert");
    SCENARIO.secret("certified-ca", "ca.crt", authority.certificate());
    var client = authority.sign("shop");
    SCENARIO.secret("certified-shop", "tls.crt", client.certificate(), "tls.key", client.key());
    var migration =
        shop("certified-migration")
            .with(
                "database",
                Map.of(
                    "connection",
                    Map.of(
                        "host",
                        Map.of("value", server.host()),
                        "name",
                        Map.of("value", "shop"),
                        "user",
                        Map.of("value", "shop")),
                    "certificates",
                    Map.of(
                        "ca",
                        Map.of("secretKeyRef", Map.of("name", "certified-ca", "key", "ca.crt")),
                        "client",
                        Map.of("secretRef", Map.of("name", "certified-shop")))))
            .create();

    assertThatMigration(migration).isReady().atRevision("003");
    assertThat(migration.status().condition(Condition.DATABASE_OBSERVED).orElseThrow().status())
        .as("the operator reads it as well")
        .isEqualTo("True");
    assertThat(Serialization.asJson(migration.jobs()) + Serialization.asJson(migration.pods()))
        .doesNotContain("PRIVATE KEY");

    migration.edit("database.certificates.client", null);
    assertThatMigration(migration)
        .has(Reason.AUTHENTICATION_FAILED)
        .saying("certificate", "spec.database.certificates.client");
  }

  @Test
  void aServerOfAnotherAuthorityIsNotMigrated(@TempDir Path another) throws SQLException {
    var authority = Authority.create(directory);
    var server = TlsPostgres.start(SCENARIO, "verified", authority, "scram-sha-256");
    SCENARIO.secret("verified-ca", "ca.crt", Authority.create(another).certificate());
    SCENARIO.secret(
        "verified-url",
        "url",
        "postgresql+psycopg://shop:%s@%s/shop"
            .formatted(
                TlsPostgres.PASSWORD.replace("@", "%40").replace("/", "%2F"), server.host()));
    var migration =
        shop("verified-migration")
            .with(
                "database",
                Map.of(
                    "secretRef",
                    Map.of("name", "verified-url", "key", "url"),
                    "certificates",
                    Map.of(
                        "ca",
                        Map.of("secretKeyRef", Map.of("name", "verified-ca", "key", "ca.crt")))))
            .create();

    assertThatMigration(migration)
        .has(Reason.DATABASE_UNREACHABLE)
        .saying(server.host(), "certificate", "spec.database.certificates.ca");

    SCENARIO.secret("verified-ca", "ca.crt", authority.certificate());
    assertThatMigration(migration).isReady().atRevision("003");
  }

  private static Migration shop(String name) throws SQLException {
    return SCENARIO
        .project(SCENARIO.database(), "shop")
        .named(name)
        .image(Images.PROJECTS)
        .with("retry.backoff", "1s")
        .with("retry.maxBackoff", "2s")
        .with("retry.limit", 100);
  }
}
