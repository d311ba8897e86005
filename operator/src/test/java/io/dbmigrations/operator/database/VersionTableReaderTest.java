package io.dbmigrations.operator.database;

import static io.dbmigrations.api.v1alpha1.Reason.AUTHENTICATION_FAILED;
import static io.dbmigrations.api.v1alpha1.Reason.CONFIGURATION_ERROR;
import static io.dbmigrations.api.v1alpha1.Reason.DATABASE_UNREACHABLE;
import static io.dbmigrations.api.v1alpha1.Reason.PERMISSION_DENIED;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading.Locked;
import io.dbmigrations.operator.database.DatabaseReading.NotObservable;
import io.dbmigrations.operator.database.DatabaseReading.Refused;
import io.dbmigrations.operator.database.DatabaseReading.Rows;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a real PostgreSQL, with a database and an owner of its own. */
class VersionTableReaderTest {
  private static final String DATABASE = "reader test";
  private static final String OWNER = "reader@owner";
  private static final String STRANGER = "reader_stranger";
  private static final String TABLE = "public.alembic_version";
  private static final String PASSWORD = "p@ss/w:rd";

  private static TestServer server;

  private final VersionTableReader reader =
      new VersionTableReader(Duration.ofSeconds(5), Reach.ANYWHERE);

  @BeforeAll
  static void createDatabase() {
    server = TestServer.start();
    dropDatabase();
    server.execute(
        "postgres",
        "CREATE ROLE \"%s\" LOGIN PASSWORD '%s'".formatted(OWNER, PASSWORD),
        "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(STRANGER, PASSWORD),
        "CREATE DATABASE \"%s\" OWNER \"%s\"".formatted(DATABASE, OWNER));
  }

  @AfterAll
  static void dropDatabase() {
    server.execute(
        "postgres",
        "DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)".formatted(DATABASE),
        "DROP ROLE IF EXISTS \"%s\"".formatted(OWNER),
        "DROP ROLE IF EXISTS " + STRANGER);
  }

  @BeforeEach
  void createTable() {
    asOwner(
        "DROP SCHEMA IF EXISTS public CASCADE",
        "CREATE SCHEMA public",
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)");
  }

  @Test
  void readsTheRowsSorted() {
    asOwner("INSERT INTO alembic_version VALUES ('b2'), ('a1')");

    assertRows("a1", "b2");
  }

  @Test
  void readsAnEmptyTableAsNoRows() {
    assertRows();
  }

  @Test
  void readsATableThatDoesNotExistAsNoRows() {
    asOwner("DROP TABLE alembic_version");

    assertRows();
  }

  @Test
  void onlyLogsInAndSaysTheVersionWithoutATable() {
    String version = server.ask("SHOW server_version").split(" ", 2)[0];

    assertThat(reader.read(url(OWNER, PASSWORD, DATABASE), null))
        .isEqualTo(new Rows(List.of(), version));
  }

  @Test
  void readsATableOfAnyName() {
    String odd = "Se\"lect.x; DROP TABLE alembic_version --";
    asOwner(
        "CREATE SCHEMA \"My.Schema\"",
        "CREATE TABLE \"My.Schema\".\"%s\" (version_num text)".formatted(odd.replace("\"", "\"\"")),
        "INSERT INTO \"My.Schema\".\"%s\" VALUES ('a1')".formatted(odd.replace("\"", "\"\"")));
    try {
      assertThat(read("My.Schema." + odd))
          .isInstanceOfSatisfying(
              Rows.class, rows -> assertThat(rows.revisions()).containsExactly("a1"));
      assertRows();
    } finally {
      asOwner("DROP SCHEMA \"My.Schema\" CASCADE");
    }
  }

  @Test
  void readsAPartitionedTable() {
    asOwner(
        "DROP TABLE alembic_version",
        "CREATE TABLE alembic_version (version_num varchar(32)) PARTITION BY LIST (version_num)",
        "CREATE TABLE part PARTITION OF alembic_version DEFAULT",
        "INSERT INTO alembic_version VALUES ('a1')");

    assertRows("a1");
  }

  @Test
  void isNotLedAstrayByTheUsersSearchPath() {
    asOwner(
        "INSERT INTO alembic_version VALUES ('a1')",
        "CREATE SCHEMA evil",
        "CREATE TABLE evil.alembic_version (version_num) AS VALUES ('evil')",
        "CREATE TABLE evil.pg_class (relname text)",
        "CREATE FUNCTION evil.never(name, text) RETURNS boolean LANGUAGE sql AS 'SELECT false'",
        "CREATE OPERATOR evil.= (LEFTARG = name, RIGHTARG = text, FUNCTION = evil.never)",
        "CREATE FUNCTION evil.\"left\"(text, int) RETURNS text LANGUAGE sql AS 'SELECT ''evil'''",
        "ALTER ROLE \"%s\" SET search_path = evil, pg_catalog".formatted(OWNER));
    try {
      assertRows("a1");
    } finally {
      asOwner("ALTER ROLE \"%s\" RESET search_path".formatted(OWNER), "DROP SCHEMA evil CASCADE");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE VIEW alembic_version AS SELECT 'a1'::text AS version_num",
        "CREATE MATERIALIZED VIEW alembic_version AS SELECT 'a1'::text AS version_num",
        "CREATE SEQUENCE alembic_version",
      })
  void readsNothingThatIsNotATable(String create) {
    asOwner("DROP TABLE alembic_version", create);

    assertNotObservable("is not a table");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE alembic_version (version_num int)",
        "CREATE TABLE alembic_version (other text)",
        "CREATE TYPE mood AS ENUM ('a1'); CREATE TABLE alembic_version (version_num mood)",
      })
  void readsNoColumnThatIsNotText(String create) {
    asOwner("DROP TABLE alembic_version", create);

    assertNotObservable("no text column version_num");
  }

  @Test
  void doesNotTakeAPartOfTheRowsForAll() {
    asOwner(
        "INSERT INTO alembic_version VALUES ('a1'), ('b2')",
        "ALTER TABLE alembic_version ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE alembic_version FORCE ROW LEVEL SECURITY",
        "CREATE POLICY first_only ON alembic_version USING (version_num = 'a1')");

    assertNotObservable("row-level security");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT n::text FROM generate_series(1, 1001) n",
        "SELECT repeat('x', 256)",
        "SELECT repeat('x', 100000000)",
        "SELECT NULL",
      })
  void readsNoMoreThanAVersionTableCanHold(String rows) {
    asOwner(
        "DROP TABLE alembic_version",
        "CREATE TABLE alembic_version (version_num text)",
        "INSERT INTO alembic_version " + rows);

    assertNotObservable("is not Alembic's");
  }

  @Test
  void readsAsMuchAsAVersionTableCanHold() {
    asOwner(
        "DROP TABLE alembic_version",
        "CREATE TABLE alembic_version (version_num text)",
        "INSERT INTO alembic_version SELECT lpad(n::text, 255, 'é') FROM generate_series(1,1000) n");

    assertThat(read(TABLE))
        .isInstanceOfSatisfying(Rows.class, rows -> assertThat(rows.revisions()).hasSize(1000));
  }

  @Test
  void doesNotWaitForAMigration() throws SQLException {
    try (Connection migration = server.connect(DATABASE);
        Statement statement = migration.createStatement()) {
      migration.setAutoCommit(false);
      statement.execute("LOCK TABLE public.alembic_version");
      long start = System.nanoTime();

      assertThat(read(TABLE))
          .isInstanceOfSatisfying(
              Locked.class, locked -> assertThat(locked.message()).contains(DATABASE));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void readsATableThatIsDroppedMeanwhileAsNoRows() throws Exception {
    asOwner("INSERT INTO alembic_version VALUES ('a1')");
    try (Connection migration = server.connect(DATABASE);
        Statement statement = migration.createStatement()) {
      migration.setAutoCommit(false);
      statement.execute("DROP TABLE public.alembic_version");
      CompletableFuture<DatabaseReading> reading = CompletableFuture.supplyAsync(() -> read(TABLE));
      awaitSessions(1, "wait_event_type = 'Lock'");
      migration.commit();

      assertThat(reading.get())
          .isInstanceOfSatisfying(Rows.class, rows -> assertThat(rows.revisions()).isEmpty());
    }
  }

  @Test
  void cannotWriteAndLeavesNoSessionBehind() throws Exception {
    try (Connection migration = server.connect(DATABASE);
        Statement statement = migration.createStatement()) {
      migration.setAutoCommit(false);
      statement.execute("LOCK TABLE public.alembic_version");
      CompletableFuture<DatabaseReading> reading = CompletableFuture.supplyAsync(() -> read(TABLE));
      // A transaction that writes would have an id; the name of the session says who it is.
      awaitSessions(1, "wait_event_type = 'Lock' AND backend_xid IS NULL");

      assertThat(reading.get()).isInstanceOf(Locked.class);
    }
    awaitSessions(0, "true");
  }

  @Test
  void saysThatThePasswordIsWrong() {
    assertRefused(
        reader.read(url(OWNER, "wr0ng", DATABASE), TABLE), AUTHENTICATION_FAILED, OWNER, "wr0ng");
  }

  @Test
  void saysThatTheUserIsUnknown() {
    assertRefused(
        reader.read(url("nobody", PASSWORD, DATABASE), TABLE),
        AUTHENTICATION_FAILED,
        "nobody",
        PASSWORD);
  }

  @Test
  void saysThatTheDatabaseDoesNotExist() {
    assertRefused(
        reader.read(url(OWNER, PASSWORD, "nowhere"), TABLE),
        CONFIGURATION_ERROR,
        "\"nowhere\" does not exist",
        PASSWORD);
  }

  @Test
  void saysThatTheUserMayNotRead() {
    assertRefused(
        reader.read(url(STRANGER, PASSWORD, DATABASE), TABLE),
        PERMISSION_DENIED,
        "permission denied",
        PASSWORD);
  }

  @Test
  void saysThatNoConnectionIsLeft() {
    server.execute("postgres", "ALTER ROLE %s CONNECTION LIMIT 0".formatted(STRANGER));
    try {
      assertRefused(
          reader.read(url(STRANGER, PASSWORD, DATABASE), TABLE),
          DATABASE_UNREACHABLE,
          "too many connections",
          PASSWORD);
    } finally {
      server.execute("postgres", "ALTER ROLE %s CONNECTION LIMIT -1".formatted(STRANGER));
    }
  }

  @Test
  void leavesALoginWithoutPasswordToTheRunner() {
    String url = "postgresql://%s@%s/%s".formatted(STRANGER, server.address(), "reader%20test");

    assertThat(reader.read(url, TABLE)).isInstanceOf(NotObservable.class);
  }

  @Test
  void doesNotReadAStandby() {
    // In this database alone, the server says that it is one.
    server.execute(
        DATABASE,
        "ALTER FUNCTION pg_catalog.pg_is_in_recovery() RENAME TO really_in_recovery",
        "CREATE FUNCTION pg_catalog.pg_is_in_recovery() RETURNS boolean LANGUAGE sql"
            + " AS 'SELECT true'");
    try {
      assertRefused(read(TABLE), DATABASE_UNREACHABLE, "is a standby", PASSWORD);
    } finally {
      server.execute(
          DATABASE,
          "DROP FUNCTION pg_catalog.pg_is_in_recovery()",
          "ALTER FUNCTION pg_catalog.really_in_recovery() RENAME TO pg_is_in_recovery");
    }
  }

  @Test
  void triesTheNextServerWhereOneCannotBeReached() {
    asOwner("INSERT INTO alembic_version VALUES ('a1')");
    String url =
        "postgresql://reader%%40owner:%s@/reader%%20test?host=127.0.0.1:1&host=%s"
            .formatted("p%40ss%2Fw:rd", server.address());

    assertThat(reader.read(url, TABLE))
        .isInstanceOfSatisfying(
            Rows.class, rows -> assertThat(rows.revisions()).containsExactly("a1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?sslmode=prefer", "?sslmode=require"})
  void speaksTls(String options, @TempDir Path directory) throws Exception {
    asOwner("INSERT INTO alembic_version VALUES ('a1')");
    try (FakeServer tls =
        new FakeServer(TestCertificate.create(directory), VersionTableReaderTest::passOn)) {
      String url =
          "postgresql://%s:%s@127.0.0.1:%d/%s%s"
              .formatted(encode(OWNER), encode(PASSWORD), tls.port(), encode(DATABASE), options);

      assertThat(reader.read(url, TABLE))
          .isInstanceOfSatisfying(
              Rows.class, rows -> assertThat(rows.revisions()).containsExactly("a1"));
    }
  }

  @Test
  void sendsNothingWithoutTlsWhereTheUrlDemandsIt() throws Exception {
    AtomicBoolean heard = new AtomicBoolean();
    try (FakeServer plain = new FakeServer(null, (in, out) -> heard.set(in.read() >= 0))) {
      String url = "postgresql://u:s3cret@127.0.0.1:%d/d?sslmode=require".formatted(plain.port());

      assertThat(reader.read(url, TABLE)).isInstanceOf(NotObservable.class);
      assertThat(heard).isFalse();
    }
  }

  @Test
  void namesEachServerWhereNoneCanBeReached() {
    String url = "postgresql://u:s3cret@/d?host=127.0.0.1:1&host=127.0.0.1:2";

    assertRefused(reader.read(url, TABLE), DATABASE_UNREACHABLE, "127.0.0.1:1", "s3cret");
    assertRefused(reader.read(url, TABLE), DATABASE_UNREACHABLE, "127.0.0.1:2", "s3cret");
  }

  @Test
  void leavesWhatItCannotTranslateToTheRunner() {
    assertThat(reader.read("mysql://u:p@h/d", TABLE)).isInstanceOf(NotObservable.class);
    assertThat(reader.read(url(OWNER, PASSWORD, DATABASE), "alembic_version"))
        .isInstanceOf(NotObservable.class);
  }

  /** To the real server, which the TLS ends before. */
  private static void passOn(InputStream in, OutputStream out) throws IOException {
    try (Socket socket = new Socket(server.host(), server.port())) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              socket.getInputStream().transferTo(out);
            } catch (IOException e) {
              return; // One of the two has hung up.
            }
          });
      in.transferTo(socket.getOutputStream());
    }
  }

  private DatabaseReading read(String table) {
    return reader.read(url(OWNER, PASSWORD, DATABASE), table);
  }

  private void assertRows(String... revisions) {
    assertThat(read(TABLE))
        .isInstanceOfSatisfying(
            Rows.class, rows -> assertThat(rows.revisions()).isEqualTo(List.of(revisions)));
  }

  private void assertNotObservable(String words) {
    assertThat(read(TABLE))
        .isInstanceOfSatisfying(
            NotObservable.class, reading -> assertThat(reading.message()).contains(TABLE, words));
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

  private static String url(String user, String password, String database) {
    return "postgresql+asyncpg://%s:%s@%s/%s"
        .formatted(encode(user), encode(password), server.address(), encode(database));
  }

  private static String encode(String text) {
    return text.replace("@", "%40").replace("/", "%2F").replace(" ", "%20");
  }

  private static void asOwner(String... statements) {
    String[] all = new String[statements.length + 1];
    all[0] = "SET ROLE \"%s\"".formatted(OWNER);
    System.arraycopy(statements, 0, all, 1, statements.length);
    server.execute(DATABASE, all);
  }

  private static void awaitSessions(int count, String condition) throws InterruptedException {
    String question =
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = '%s' AND application_name = 'dbmigration-operator' AND %s\
        """
            .formatted(DATABASE, condition);
    for (int i = 0; i < 100; i++) {
      if (server.ask(question).equals(Integer.toString(count))) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("Not " + count + " within 5 s: " + question);
  }
}
