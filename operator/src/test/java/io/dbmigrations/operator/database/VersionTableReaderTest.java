package io.dbmigrations.operator.database;

import static io.dbmigrations.operator.database.TestDatabase.NAME;
import static io.dbmigrations.operator.database.TestDatabase.OWNER;
import static io.dbmigrations.operator.database.TestDatabase.TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.operator.database.DatabaseReading.Locked;
import io.dbmigrations.operator.database.DatabaseReading.NotObservable;
import io.dbmigrations.operator.database.DatabaseReading.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read, on a real PostgreSQL. */
class VersionTableReaderTest {
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
  void readsTheRowsSorted() {
    DATABASE.asOwner("INSERT INTO alembic_version VALUES ('b2'), ('a1')");

    assertRows("a1", "b2");
  }

  @Test
  void readsAnEmptyTableAsNoRows() {
    assertRows();
  }

  @Test
  void readsATableThatDoesNotExistAsNoRows() {
    DATABASE.asOwner("DROP TABLE alembic_version");

    assertRows();
  }

  @Test
  void onlyLogsInAndSaysTheVersionWithoutATable() {
    String version = DATABASE.server.ask("SHOW server_version").split(" ", 2)[0];

    assertThat(read(null))
        .isInstanceOfSatisfying(
            Rows.class,
            rows -> {
              assertThat(rows.revisions()).isEmpty();
              assertThat(rows.tablePresent()).isFalse();
              assertThat(rows.serverVersion()).isEqualTo(version);
            });
  }

  @Test
  void readsATableOfAnyName() {
    String odd = "Se\"lect.x; DROP TABLE alembic_version --";
    DATABASE.asOwner(
        "CREATE SCHEMA \"My.Schema\"",
        "CREATE TABLE \"My.Schema\".\"%s\" (version_num text)".formatted(odd.replace("\"", "\"\"")),
        "INSERT INTO \"My.Schema\".\"%s\" VALUES ('a1')".formatted(odd.replace("\"", "\"\"")));
    try {
      assertThat(read("My.Schema." + odd))
          .isInstanceOfSatisfying(
              Rows.class, rows -> assertThat(rows.revisions()).containsExactly("a1"));
      assertRows();
    } finally {
      DATABASE.asOwner("DROP SCHEMA \"My.Schema\" CASCADE");
    }
  }

  @Test
  void readsAPartitionedTable() {
    DATABASE.asOwner(
        "DROP TABLE alembic_version",
        "CREATE TABLE alembic_version (version_num varchar(32)) PARTITION BY LIST (version_num)",
        "CREATE TABLE part PARTITION OF alembic_version DEFAULT",
        "INSERT INTO alembic_version VALUES ('a1')");

    assertRows("a1");
  }

  @Test
  void isNotLedAstrayByTheUsersSearchPath() {
    DATABASE.asOwner(
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
      DATABASE.asOwner(
          "ALTER ROLE \"%s\" RESET search_path".formatted(OWNER), "DROP SCHEMA evil CASCADE");
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
    DATABASE.asOwner("DROP TABLE alembic_version", create);

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
    DATABASE.asOwner("DROP TABLE alembic_version", create);

    assertNotObservable("no text column version_num");
  }

  @Test
  void doesNotTakeAPartOfTheRowsForAll() {
    DATABASE.asOwner(
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
    DATABASE.asOwner(
        "DROP TABLE alembic_version",
        "CREATE TABLE alembic_version (version_num text)",
        "INSERT INTO alembic_version " + rows);

    assertNotObservable("is not Alembic's");
  }

  @Test
  void readsAsMuchAsAVersionTableCanHold() {
    DATABASE.asOwner(
        "DROP TABLE alembic_version",
        "CREATE TABLE alembic_version (version_num text)",
        "INSERT INTO alembic_version SELECT lpad(n::text, 255, 'é') FROM generate_series(1,1000) n");

    assertThat(read(TABLE))
        .isInstanceOfSatisfying(Rows.class, rows -> assertThat(rows.revisions()).hasSize(1000));
  }

  @Test
  void doesNotWaitForAMigration() throws SQLException {
    try (Connection migration = DATABASE.connect();
        Statement statement = migration.createStatement()) {
      migration.setAutoCommit(false);
      statement.execute("LOCK TABLE public.alembic_version");
      long start = System.nanoTime();

      assertThat(read(TABLE))
          .isInstanceOfSatisfying(
              Locked.class, locked -> assertThat(locked.message()).contains(NAME));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void readsATableThatIsDroppedMeanwhileAsNoRows() throws Exception {
    DATABASE.asOwner("INSERT INTO alembic_version VALUES ('a1')");
    try (Connection migration = DATABASE.connect();
        Statement statement = migration.createStatement()) {
      migration.setAutoCommit(false);
      statement.execute("DROP TABLE public.alembic_version");
      CompletableFuture<DatabaseReading> reading = CompletableFuture.supplyAsync(() -> read(TABLE));
      DATABASE.awaitReaders(1, "wait_event_type = 'Lock'");
      migration.commit();

      assertThat(reading.get())
          .isInstanceOfSatisfying(Rows.class, rows -> assertThat(rows.revisions()).isEmpty());
    }
  }

  @Test
  void leavesNoSessionBehind() throws InterruptedException {
    assertRows();

    DATABASE.awaitReaders(0, "true");
  }

  private DatabaseReading read(@Nullable String table) {
    return reader.read(DatabaseAccess.by(DATABASE.url()), VersionTables.of(table), "shop");
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
}
