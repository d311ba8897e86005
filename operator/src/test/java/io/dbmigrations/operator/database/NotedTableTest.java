package io.dbmigrations.operator.database;

import static io.dbmigrations.operator.database.TestDatabase.NAME;
import static io.dbmigrations.operator.database.TestDatabase.STRANGER;
import static io.dbmigrations.operator.database.TestDatabase.TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dbmigrations.operator.database.DatabaseReading.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which version table a resource's Jobs have used, by what they left in a real PostgreSQL. */
class NotedTableTest {
  private static final TestDatabase DATABASE = new TestDatabase();
  private static final Setup SETUP = new Setup("shop/orders", "5e7");
  private static final String NOTE =
      "[dbmigration] found: {\"shop/orders\": {\"uid\": \"u\", \"attempt\": 2, \"target\": [], \"rows\": [], \"setup\": \"5e7\"}}";

  private final VersionTableReader reader =
      new VersionTableReader(Duration.ofSeconds(5), Reach.ANYWHERE);

  @AfterAll
  static void dropDatabase() {
    DATABASE.close();
  }

  @BeforeEach
  void createTables() {
    DATABASE.createVersionTable();
    DATABASE.asOwner(
        "INSERT INTO alembic_version VALUES ('a1')",
        "CREATE TABLE another (version_num varchar(32) PRIMARY KEY)",
        "INSERT INTO another VALUES ('b1')");
  }

  @Test
  void isReadAsOneThatIsDeclared() {
    comment("alembic_version", "Whoever edits this\n" + NOTE + "\n[dbmigration] attempts: []");

    assertThat(reader.read(access(), VersionTables.of(TABLE), "shop"))
        .isInstanceOf(Rows.class)
        .isEqualTo(read());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a table",
        "[dbmigration] found: {\"shop/orders\": {\"uid\": \"u\", \"attempt\": 2}}",
        "[dbmigration] found: {\"shop/orders\": {\"setup\": \"other\"}}",
        "[dbmigration] found: {\"shop/another\": {\"setup\": \"5e7\"}}",
        "[dbmigration] found: {\"shop/orders\": {\"setup\": \"5e7\"}",
        "[dbmigration] found: [\"shop/orders\", \"5e7\"]",
        "say [dbmigration] found: {\"shop/orders\": {\"setup\": \"5e7\"}}"
      })
  void isNoneWhereNothingProvesIt(String comment) {
    comment("alembic_version", comment);

    assertThat(read()).isEqualTo(nothing());
  }

  @Test
  void isNoneWhereTheResourceHasUsedSeveral() {
    comment("alembic_version", NOTE);
    comment("another", NOTE.replace("5e7", "of another time"));

    assertThat(read()).isEqualTo(nothing());
  }

  @Test
  void isNotWhatSomebodyElseHasWritten() {
    comment("alembic_version", NOTE);
    DATABASE.server.execute(
        NAME,
        "GRANT CREATE, USAGE ON SCHEMA public TO " + STRANGER,
        "SET ROLE " + STRANGER,
        "CREATE TABLE theirs (version_num varchar(32))",
        "INSERT INTO theirs VALUES ('c1')",
        "GRANT SELECT ON theirs TO PUBLIC",
        "COMMENT ON TABLE theirs IS '%s'".formatted(NOTE));

    assertThat(read())
        .isInstanceOfSatisfying(
            Rows.class,
            rows -> {
              assertThat(rows.revisions()).containsExactly("a1");
              assertThat(rows.identity().tables()).isEqualTo(VersionTables.of(TABLE));
            });
  }

  @Test
  void isNoViewAndNoSequence() {
    DATABASE.asOwner(
        "CREATE VIEW seen AS SELECT version_num FROM alembic_version",
        "COMMENT ON VIEW seen IS '%s'".formatted(NOTE),
        "CREATE SEQUENCE counted",
        "COMMENT ON SEQUENCE counted IS '%s'".formatted(NOTE));

    assertThat(read()).isEqualTo(nothing());
  }

  /** The runner is checked against it too. */
  @Test
  void isFoundInANoteAsTheContractHasIt() throws IOException {
    JsonNode contract =
        new ObjectMapper()
            .readTree(Path.of("../migrations-image/runner/contract.json").toFile())
            .get("note");
    assertThat(contract.get("prefix").textValue()).isEqualTo(NotedTable.PREFIX);
    String note = "%s{\"shop/orders\": %s}".formatted(NotedTable.PREFIX, contract.get("resource"));
    String setup = contract.get("resource").get("setup").textValue();

    assertThat(
            NotedTable.find(
                List.of(new NotedTable.Comment("a.b", note)), new Setup("shop/orders", setup)))
        .isEqualTo(VersionTables.of("a.b"));
  }

  private DatabaseReading read() {
    return reader.read(access(), VersionTables.noted(SETUP), "shop");
  }

  private DatabaseReading nothing() {
    return reader.read(access(), VersionTables.NONE, "shop");
  }

  private static DatabaseAccess access() {
    return DatabaseAccess.by(DATABASE.url());
  }

  private static void comment(String table, String text) {
    DATABASE.asOwner("COMMENT ON TABLE %s IS '%s'".formatted(table, text));
  }
}
