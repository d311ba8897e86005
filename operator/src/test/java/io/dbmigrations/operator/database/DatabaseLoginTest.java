package io.dbmigrations.operator.database;

import static io.dbmigrations.api.v1alpha1.Reason.AUTHENTICATION_FAILED;
import static io.dbmigrations.api.v1alpha1.Reason.DATABASE_MISSING;
import static io.dbmigrations.api.v1alpha1.Reason.DATABASE_UNREACHABLE;
import static io.dbmigrations.api.v1alpha1.Reason.PERMISSION_DENIED;
import static io.dbmigrations.operator.database.TestDatabase.NAME;
import static io.dbmigrations.operator.database.TestDatabase.OWNER;
import static io.dbmigrations.operator.database.TestDatabase.PASSWORD;
import static io.dbmigrations.operator.database.TestDatabase.STRANGER;
import static io.dbmigrations.operator.database.TestDatabase.TABLE;
import static io.dbmigrations.operator.database.TestDatabase.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading.NotObservable;
import io.dbmigrations.operator.database.DatabaseReading.Refused;
import io.dbmigrations.operator.database.DatabaseReading.Rows;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and what is said when nobody is, on a real PostgreSQL. */
class DatabaseLoginTest {
  private static final TestDatabase DATABASE = new TestDatabase();

  private final VersionTableReader reader =
      new VersionTableReader(Duration.ofSeconds(5), Reach.ANYWHERE);

  @AfterAll
  static void dropDatabase() {
    DATABASE.close();
  }

  @BeforeEach
  void createTable() {
    DATABASE.createVersionTable();
  }

  @Test
  void saysThatThePasswordIsWrong() {
    assertRefused(
        reader.read(
            DatabaseAccess.by(DATABASE.url(OWNER, "wr0ng", NAME)), VersionTables.of(TABLE), "shop"),
        AUTHENTICATION_FAILED,
        OWNER,
        "wr0ng");
  }

  @Test
  void saysThatTheUserIsUnknown() {
    assertRefused(
        reader.read(
            DatabaseAccess.by(DATABASE.url("nobody", PASSWORD, NAME)),
            VersionTables.of(TABLE),
            "shop"),
        AUTHENTICATION_FAILED,
        "nobody",
        PASSWORD);
  }

  @Test
  void saysThatTheDatabaseDoesNotExist() {
    assertRefused(
        reader.read(
            DatabaseAccess.by(DATABASE.url(OWNER, PASSWORD, "nowhere")),
            VersionTables.of(TABLE),
            "shop"),
        DATABASE_MISSING,
        "\"nowhere\" does not exist",
        PASSWORD);
  }

  @Test
  void saysThatTheUserMayNotRead() {
    assertRefused(
        reader.read(
            DatabaseAccess.by(DATABASE.url(STRANGER, PASSWORD, NAME)),
            VersionTables.of(TABLE),
            "shop"),
        PERMISSION_DENIED,
        "permission denied",
        PASSWORD);
  }

  @Test
  void saysThatNoConnectionIsLeft() {
    DATABASE.server.execute("postgres", "ALTER ROLE %s CONNECTION LIMIT 0".formatted(STRANGER));
    try {
      assertRefused(
          reader.read(
              DatabaseAccess.by(DATABASE.url(STRANGER, PASSWORD, NAME)),
              VersionTables.of(TABLE),
              "shop"),
          DATABASE_UNREACHABLE,
          "too many connections",
          PASSWORD);
    } finally {
      DATABASE.server.execute("postgres", "ALTER ROLE %s CONNECTION LIMIT -1".formatted(STRANGER));
    }
  }

  @Test
  void leavesALoginWithoutPasswordToTheRunner() {
    String url =
        "postgresql://%s@%s/%s".formatted(STRANGER, DATABASE.server.address(), "reader%20test");

    assertThat(reader.read(DatabaseAccess.by(url), VersionTables.of(TABLE), "shop"))
        .isInstanceOf(NotObservable.class);
  }

  @Test
  void doesNotReadAStandby() {
    // In this database alone, the server says that it is one.
    DATABASE.server.execute(
        NAME,
        "ALTER FUNCTION pg_catalog.pg_is_in_recovery() RENAME TO really_in_recovery",
        "CREATE FUNCTION pg_catalog.pg_is_in_recovery() RETURNS boolean LANGUAGE sql"
            + " AS 'SELECT true'");
    try {
      assertRefused(
          reader.read(DatabaseAccess.by(DATABASE.url()), VersionTables.of(TABLE), "shop"),
          DATABASE_UNREACHABLE,
          "is a standby",
          PASSWORD);
    } finally {
      DATABASE.server.execute(
          NAME,
          "DROP FUNCTION pg_catalog.pg_is_in_recovery()",
          "ALTER FUNCTION pg_catalog.really_in_recovery() RENAME TO pg_is_in_recovery");
    }
  }

  @Test
  void triesTheNextServerWhereOneCannotBeReached() {
    DATABASE.asOwner("INSERT INTO alembic_version VALUES ('a1')");
    String url =
        "postgresql://reader%%40owner:%s@/reader%%20test?host=127.0.0.1:1&host=%s"
            .formatted("p%40ss%2Fw:rd", DATABASE.server.address());

    assertThat(reader.read(DatabaseAccess.by(url), VersionTables.of(TABLE), "shop"))
        .isInstanceOfSatisfying(
            Rows.class, rows -> assertThat(rows.revisions()).containsExactly("a1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?sslmode=prefer", "?sslmode=require"})
  void speaksTls(String options, @TempDir Path directory) throws Exception {
    DATABASE.asOwner("INSERT INTO alembic_version VALUES ('a1')");
    try (FakeServer tls =
        new FakeServer(TestCertificate.create(directory), DATABASE.server::passOn)) {
      String url =
          "postgresql://%s:%s@127.0.0.1:%d/%s%s"
              .formatted(encode(OWNER), encode(PASSWORD), tls.port(), encode(NAME), options);

      assertThat(reader.read(DatabaseAccess.by(url), VersionTables.of(TABLE), "shop"))
          .isInstanceOfSatisfying(
              Rows.class, rows -> assertThat(rows.revisions()).containsExactly("a1"));
    }
  }

  @Test
  void sendsNothingWithoutTlsWhereTheUrlDemandsIt() throws Exception {
    AtomicBoolean heard = new AtomicBoolean();
    try (FakeServer plain = new FakeServer(null, (in, out) -> heard.set(in.read() >= 0))) {
      String url = "postgresql://u:s3cret@127.0.0.1:%d/d?sslmode=require".formatted(plain.port());

      assertThat(reader.read(DatabaseAccess.by(url), VersionTables.of(TABLE), "shop"))
          .isInstanceOf(NotObservable.class);
      assertThat(heard).isFalse();
    }
  }

  @Test
  void namesEachServerWhereNoneCanBeReached() {
    String url = "postgresql://u:s3cret@/d?host=127.0.0.1:1&host=127.0.0.1:2";

    assertRefused(
        reader.read(DatabaseAccess.by(url), VersionTables.of(TABLE), "shop"),
        DATABASE_UNREACHABLE,
        "127.0.0.1:1",
        "s3cret");
    assertRefused(
        reader.read(DatabaseAccess.by(url), VersionTables.of(TABLE), "shop"),
        DATABASE_UNREACHABLE,
        "127.0.0.1:2",
        "s3cret");
  }

  @Test
  void leavesWhatItCannotTranslateToTheRunner() {
    assertThat(reader.read(DatabaseAccess.by("mysql://u:p@h/d"), VersionTables.of(TABLE), "shop"))
        .isInstanceOf(NotObservable.class);
    assertThat(
            reader.read(
                DatabaseAccess.by(DATABASE.url()), VersionTables.of("alembic_version"), "shop"))
        .isInstanceOf(NotObservable.class);
  }

  private static void assertRefused(
      DatabaseReading reading, Reason reason, String words, String password) {
    assertThat(reading)
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.message()).contains(words).doesNotContain(password);
            });
  }
}
