package io.dbmigrations.operator.database;

import static io.dbmigrations.api.v1alpha1.Reason.DATABASE_UNREACHABLE;
import static io.dbmigrations.operator.database.TestDatabase.NAME;
import static io.dbmigrations.operator.database.TestDatabase.OWNER;
import static io.dbmigrations.operator.database.TestDatabase.PASSWORD;
import static io.dbmigrations.operator.database.TestDatabase.TABLE;
import static io.dbmigrations.operator.database.TestDatabase.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.operator.database.DatabaseReading.NotObservable;
import io.dbmigrations.operator.database.DatabaseReading.Refused;
import io.dbmigrations.operator.database.DatabaseReading.Rows;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that is verified, and one that verifies its client, before a real PostgreSQL. */
class CertificatesTest {
  private static final TestDatabase DATABASE = new TestDatabase();
  private static final String OWN_ADDRESS = "san=ip:127.0.0.1";

  @TempDir Path directory;

  private final VersionTableReader reader =
      new VersionTableReader(Duration.ofSeconds(5), Reach.ANYWHERE);

  @AfterAll
  static void dropDatabase() {
    DATABASE.close();
  }

  @BeforeEach
  void createTable() {
    DATABASE.createVersionTable();
    DATABASE.asOwner("INSERT INTO alembic_version VALUES ('a1')");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?sslmode=verify-full", "?sslmode=verify-ca", "?ssl=verify-full"})
  void readsFromAServerThatTheAuthoritySigned(String options) throws Exception {
    TestCertificate server = TestCertificate.make(directory, "EC", OWN_ADDRESS);

    assertRead(read(server.context(), options, new Certificates(server.pem(), null, null)));
  }

  @Test
  void showsTheClientsCertificateToTheServer() throws Exception {
    TestCertificate server = TestCertificate.make(directory, "EC", OWN_ADDRESS);
    TestCertificate client = TestCertificate.make(directory, "RSA");
    Shown shown = new Shown();
    Certificates certificates =
        new Certificates(
            server.pem(), client.pem(), TestCertificate.pem("PRIVATE KEY", client.key()));

    assertRead(read(server.context(shown), "", certificates));
    assertThat(shown.seen.get()).isEqualTo(client.certificate());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?sslmode=verify-full", "?sslmode=verify-ca", "?sslmode=require"})
  void readsNothingFromAServerThatAnotherSigned(String options) throws Exception {
    TestCertificate server = TestCertificate.make(directory, "EC", OWN_ADDRESS);
    TestCertificate other = TestCertificate.make(directory, "EC", OWN_ADDRESS);

    assertDoesNotPass(read(server.context(), options, new Certificates(other.pem(), null, null)));
  }

  @Test
  void goesByTheNameUnlessTheUrlAsksForTheSignatureAlone() throws Exception {
    TestCertificate server = TestCertificate.make(directory, "EC", "san=dns:db.example");
    Certificates certificates = new Certificates(server.pem(), null, null);

    assertDoesNotPass(read(server.context(), "", certificates));
    assertDoesNotPass(read(server.context(), "?sslmode=verify-full", certificates));
    assertRead(read(server.context(), "?sslmode=verify-ca", certificates));
    assertRead(read(server.context(), "?sslmode=require", certificates));
  }

  @Test
  void sendsNothingToAServerWithoutTls() throws Exception {
    TestCertificate authority = TestCertificate.make(directory, "EC");
    AtomicBoolean heard = new AtomicBoolean();
    try (FakeServer plain = new FakeServer(null, (in, out) -> heard.set(in.read() >= 0))) {
      DatabaseAccess access =
          new DatabaseAccess(
              "postgresql://u:s3cret@127.0.0.1:%d/d".formatted(plain.port()),
              new Certificates(authority.pem(), null, null));

      assertThat(reader.read(access, VersionTables.of(TABLE), "shop"))
          .isInstanceOf(NotObservable.class);
      assertThat(heard).isFalse();
    }
  }

  @Test
  void whatCannotBeReadIsNamedAndNotShown() throws Exception {
    TestCertificate one = TestCertificate.make(directory, "EC");

    assertThat(read(one.context(), "", new Certificates("s3cret", null, null)))
        .isInstanceOfSatisfying(
            NotObservable.class,
            told ->
                assertThat(told.message())
                    .contains("spec.database.certificates.ca names is no certificate in PEM")
                    .doesNotContain("s3cret"));
    assertThat(read(one.context(), "", new Certificates(null, one.pem(), "s3cret")))
        .isInstanceOfSatisfying(
            NotObservable.class,
            told ->
                assertThat(told.message())
                    .contains("spec.database.certificates.client names as key")
                    .doesNotContain("s3cret"));
  }

  private DatabaseReading read(SSLContext tls, String options, Certificates certificates)
      throws Exception {
    try (FakeServer server = new FakeServer(tls, DATABASE.server::passOn)) {
      String url =
          "postgresql://%s:%s@127.0.0.1:%d/%s%s"
              .formatted(encode(OWNER), encode(PASSWORD), server.port(), encode(NAME), options);
      return reader.read(new DatabaseAccess(url, certificates), VersionTables.of(TABLE), "shop");
    }
  }

  private static void assertRead(DatabaseReading reading) {
    assertThat(reading)
        .isInstanceOfSatisfying(
            Rows.class, rows -> assertThat(rows.revisions()).containsExactly("a1"));
  }

  private static void assertDoesNotPass(DatabaseReading reading) {
    assertThat(reading)
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(DATABASE_UNREACHABLE);
              assertThat(refused.message())
                  .contains("its TLS does not pass", "spec.database.certificates.ca")
                  .doesNotContain(PASSWORD);
            });
  }

  /** Takes every client, and remembers who it was. */
  private static final class Shown implements X509TrustManager {
    private final AtomicReference<X509Certificate> seen = new AtomicReference<>();

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      seen.set(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      throw new IllegalStateException("this is the server's");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
