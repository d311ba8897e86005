package io.dbmigrations.operator.database;

import static io.dbmigrations.operator.database.TestDatabase.NAME;
import static io.dbmigrations.operator.database.TestDatabase.TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.operator.database.DatabaseReading.Rows;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which database it is, and whether it has the table, on a real PostgreSQL. */
class DatabaseIdentityTest {
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
  void isTheServersIdentifierWithTheNamesOfDatabaseAndTable() {
    assertThat(read(TABLE).identity())
        .isEqualTo(new DatabaseIdentity(system(), NAME, VersionTables.of(TABLE)));
  }

  @Test
  void isTheSameWhereTheTableIsNotThere() {
    Rows with = read(TABLE);
    DATABASE.asOwner("DROP TABLE alembic_version");
    Rows without = read(TABLE);

    assertThat(with.tablePresent()).isTrue();
    assertThat(without.tablePresent()).isFalse();
    assertThat(with.identity().others()).isNull();
    assertThat(without.identity())
        .isEqualTo(new DatabaseIdentity(system(), NAME, VersionTables.of(TABLE), List.of()));
  }

  @Test
  void hasTheOtherTablesOfTheNameOfOneThatWasMoved() {
    DATABASE.asOwner(
        "CREATE SCHEMA \"an Other\"", "ALTER TABLE alembic_version SET SCHEMA \"an Other\"");
    try {
      Rows moved = read(TABLE);
      assertThat(moved.tablePresent()).isFalse();
      assertThat(moved.identity().others()).containsExactly("an Other.alembic_version");
    } finally {
      DATABASE.asOwner("DROP SCHEMA \"an Other\" CASCADE");
    }
  }

  @Test
  void hasNoTableWhereNoneIsAskedFor() {
    assertThat(read(null).identity())
        .isEqualTo(new DatabaseIdentity(system(), NAME, VersionTables.NONE));
  }

  @Test
  void hasNoIdentifierWhereTheUserMayNotAskForIt() {
    DATABASE.asOwner("INSERT INTO alembic_version VALUES ('a1')");
    DATABASE.server.execute(NAME, "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
    try {
      Rows rows = read(TABLE);

      assertThat(rows.revisions()).containsExactly("a1");
      assertThat(rows.identity())
          .isEqualTo(new DatabaseIdentity(null, NAME, VersionTables.of(TABLE)));
      assertThat(read(null).identity())
          .isEqualTo(new DatabaseIdentity(null, NAME, VersionTables.NONE));
    } finally {
      DATABASE.server.execute(NAME, "GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC");
    }
  }

  private static String system() {
    return DATABASE.server.ask("SELECT system_identifier FROM pg_control_system()");
  }

  private Rows read(@Nullable String table) {
    DatabaseReading reading =
        reader.read(DatabaseAccess.by(DATABASE.url()), VersionTables.of(table), "shop");
    assertThat(reading).isInstanceOf(Rows.class);
    return (Rows) reading;
  }
}
