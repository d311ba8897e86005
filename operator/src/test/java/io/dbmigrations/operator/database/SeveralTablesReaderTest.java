package io.dbmigrations.operator.database;

import static io.dbmigrations.operator.database.TestDatabase.NAME;
import static io.dbmigrations.operator.database.TestDatabase.OWNER;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading.Differing;
import io.dbmigrations.operator.database.DatabaseReading.Locked;
import io.dbmigrations.operator.database.DatabaseReading.NotObservable;
import io.dbmigrations.operator.database.DatabaseReading.Refused;
import io.dbmigrations.operator.database.DatabaseReading.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read of a version table for each tenant, on a real PostgreSQL. */
class SeveralTablesReaderTest {
  private static final TestDatabase DATABASE = new TestDatabase();
  private static final VersionTables TABLES =
      VersionTables.of(List.of("A.b.version", "a.version", "b.version"));

  private final VersionTableReader reader =
      new VersionTableReader(Duration.ofSeconds(5), Reach.ANYWHERE);

  @AfterAll
  static void dropDatabase() {
    DATABASE.close();
  }

  @BeforeEach
  void createTables() {
    DATABASE.asOwner("DROP SCHEMA IF EXISTS public CASCADE", "CREATE SCHEMA public");
    for (String schema : List.of("a", "b", "\"A.b\"")) {
      DATABASE.asOwner(
          "DROP SCHEMA IF EXISTS %s CASCADE".formatted(schema),
          "CREATE SCHEMA " + schema,
          "CREATE TABLE %s.version (version_num varchar(32) PRIMARY KEY)".formatted(schema),
          "INSERT INTO %s.version VALUES ('a1'), ('b2')".formatted(schema));
    }
  }

  @Test
  void areOneWhereAllHaveTheSame() {
    assertThat(read())
        .isInstanceOfSatisfying(
            Rows.class,
            rows -> {
              assertThat(rows.revisions()).containsExactly("a1", "b2");
              assertThat(rows.tablePresent()).isTrue();
              assertThat(rows.identity().tables()).isEqualTo(TABLES);
              assertThat(rows.identity().database()).isEqualTo(NAME);
              assertThat(rows.identity().others()).isEmpty();
            });
  }

  @Test
  void areToldEachWhereOneWasSetBack() {
    DATABASE.asOwner("DELETE FROM b.version WHERE version_num = 'b2'");

    assertDiffer(
        new TableRows("A.b.version", true, List.of("a1", "b2")),
        new TableRows("a.version", true, List.of("a1", "b2")),
        new TableRows("b.version", true, List.of("a1")));
  }

  @Test
  void areToldEachWhereOneIsGoneOrEmpty() {
    DATABASE.asOwner("DROP SCHEMA a CASCADE", "DELETE FROM b.version");

    assertDiffer(
        new TableRows("A.b.version", true, List.of("a1", "b2")),
        new TableRows("a.version", false, List.of()),
        new TableRows("b.version", true, List.of()));
  }

  @Test
  void areGoneWhereNoneIsThere() {
    DATABASE.asOwner("DROP SCHEMA a, b, \"A.b\" CASCADE");

    assertThat(read())
        .isInstanceOfSatisfying(
            Rows.class,
            rows -> {
              assertThat(rows.tablePresent()).isFalse();
              assertThat(rows.revisions()).isEmpty();
            });
  }

  @Test
  void takeAsManyRoundTripsAsOne() throws Exception {
    try (Relay relay = Relay.to(DATABASE.server)) {
      assertThat(reader.read(DatabaseAccess.by(relay.url(DATABASE)), TABLES, "shop"))
          .isInstanceOf(Rows.class);
      assertThat(relay.roundTrips()).isEqualTo(3);
      assertThat(relay.startups()).hasSize(1);
    }
  }

  @Test
  void areNotWaitedForWhileOthersAreHeld() throws SQLException {
    try (Connection migration = DATABASE.connect();
        Statement statement = migration.createStatement()) {
      migration.setAutoCommit(false);
      statement.execute("LOCK TABLE b.version");
      long start = System.nanoTime();

      assertThat(read()).isInstanceOf(Locked.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void mayBeMadeAndDroppedMeanwhile() throws Exception {
    CompletableFuture<Void> migrations =
        CompletableFuture.runAsync(() -> {
          for (int i = 0; i < 30; i++) {
            DATABASE.asOwner(
                "DROP TABLE b.version",
                "CREATE TABLE b.version (version_num varchar(32) PRIMARY KEY)",
                "INSERT INTO b.version VALUES ('a1'), ('b2')");
          }
        });
    while (!migrations.isDone()) {
      assertThat(read()).isInstanceOfAny(Rows.class, Differing.class, Locked.class);
    }
    migrations.get();
    assertThat(read()).isInstanceOf(Rows.class);
  }

  @Test
  void areAsManyAsAnOutcomeCanName() {
    List<String> names = IntStream.range(0, 500).mapToObj("t%d.v"::formatted).toList();
    DATABASE.asOwner(
        "DROP SCHEMA IF EXISTS many CASCADE",
        "DO $$ BEGIN FOR i IN 0..499 LOOP EXECUTE format('DROP SCHEMA IF EXISTS t%s CASCADE', i); EXECUTE format('CREATE SCHEMA t%s', i); EXECUTE format('CREATE TABLE t%s.v (version_num text)', i); EXECUTE format('INSERT INTO t%s.v VALUES (''a1'')', i); END LOOP; END $$");

    assertThat(reader.read(DatabaseAccess.by(DATABASE.url()), VersionTables.of(names), "shop"))
        .isInstanceOfSatisfying(
            Rows.class, rows -> assertThat(rows.revisions()).containsExactly("a1"));
  }

  @Test
  void areLookedForByNobodyWhereTheyHaveNoNames() {
    assertThat(
            reader.read(
                DatabaseAccess.by(DATABASE.url()), new VersionTables(900, List.of()), "shop"))
        .isInstanceOfSatisfying(
            NotObservable.class,
            hidden -> assertThat(hidden.message()).contains("900 version tables", NAME));
    assertThat(
            reader.read(
                DatabaseAccess.by(DATABASE.url(OWNER, TestDatabase.PASSWORD, "nowhere")),
                new VersionTables(900, List.of()),
                "shop"))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.DATABASE_MISSING));
  }

  @Test
  void areToldApartFromOthersOfTheirName() {
    DATABASE.asOwner(
        "CREATE SCHEMA \"A\"",
        "CREATE TABLE \"A\".version (version_num text)",
        "CREATE TABLE \"A\".another (version_num text)",
        "CREATE VIEW public.version AS SELECT 1");
    try {
      assertThat(read())
          .isInstanceOfSatisfying(
              Rows.class,
              rows -> assertThat(rows.identity().others()).containsExactly("A.version"));
      assertThat(
              reader.read(DatabaseAccess.by(DATABASE.url()), VersionTables.of("a.version"), "shop"))
          .isInstanceOfSatisfying(
              Rows.class, rows -> assertThat(rows.identity().others()).isNull());
    } finally {
      DATABASE.asOwner("DROP SCHEMA \"A\" CASCADE", "DROP VIEW public.version");
    }
  }

  @Test
  void areNotReadInPart() {
    DATABASE.asOwner(
        "DROP TABLE b.version", "CREATE VIEW b.version AS SELECT 'a1'::text AS version_num");

    assertThat(read())
        .isInstanceOfSatisfying(
            NotObservable.class,
            hidden -> assertThat(hidden.message()).contains("b.version is not a table"));
  }

  private DatabaseReading read() {
    return reader.read(DatabaseAccess.by(DATABASE.url()), TABLES, "shop");
  }

  private void assertDiffer(TableRows... tables) {
    assertThat(read())
        .isInstanceOfSatisfying(
            Differing.class, found -> assertThat(found.tables()).containsExactly(tables));
  }
}
