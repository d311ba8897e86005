package io.dbmigrations.operator.database;

import static io.dbmigrations.operator.database.TestDatabase.NAME;
import static io.dbmigrations.operator.database.TestDatabase.OWNER;
import static io.dbmigrations.operator.database.TestDatabase.STRANGER;
import static io.dbmigrations.operator.database.TestDatabase.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmigrations.operator.database.DatabaseReading.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stranger who may create objects in a schema of the search path plants what the reader's
 * statements could pick up; each planted function fails, so a reading shows that none has run.
 */
class PlantedObjectsTest {
  private static final TestDatabase DATABASE = new TestDatabase();
  private static final VersionTableName VERSION_TABLE =
      new VersionTableName("public", "alembic_version");

  private final VersionTableReader reader =
      new VersionTableReader(Duration.ofSeconds(5), Reach.ANYWHERE);

  @AfterAll
  static void dropDatabase() {
    DATABASE.close();
  }

  @BeforeEach
  void plant() {
    DATABASE.server.execute(
        NAME,
        "DROP SCHEMA IF EXISTS shared CASCADE",
        "ALTER DATABASE \"%s\" RESET search_path".formatted(NAME));
    DATABASE.createVersionTable();
    DATABASE.asOwner("INSERT INTO alembic_version VALUES ('a1')");
    DATABASE.server.execute(
        NAME,
        "CREATE SCHEMA shared",
        "GRANT CREATE, USAGE ON SCHEMA shared, public TO PUBLIC",
        "ALTER DATABASE \"%s\" SET search_path = shared, public, pg_catalog".formatted(NAME),
        "ALTER ROLE \"%s\" SET search_path = shared, public, pg_catalog".formatted(OWNER));
    List<String> statements = new ArrayList<>(List.of("SET ROLE " + STRANGER));
    for (String schema : List.of("shared", "public")) {
      statements.add("SET search_path = pg_catalog");
      planted(schema).forEach(sql -> statements.add(sql.replace("SCHEMA", schema)));
    }
    statements.add("CREATE TABLE shared.alembic_version (version_num) AS VALUES ('fake')");
    statements.add("GRANT SELECT ON ALL TABLES IN SCHEMA shared TO PUBLIC");
    DATABASE.server.execute(NAME, statements.toArray(String[]::new));
  }

  private static List<String> planted(String schema) {
    List<String> statements = new ArrayList<>();
    for (String types :
        List.of("name,text", "name,name", "text,text", "oid,oid", "\"char\",text")) {
      String[] pair = types.split(",", 2);
      String function = "trap_" + types.replaceAll("\\W", "_");
      statements.add(trap(function + "(" + types + ")", "boolean"));
      for (String operator : List.of("=", "<>", "~~")) {
        statements.add(
            "CREATE OPERATOR SCHEMA.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = SCHEMA.%s)"
                .formatted(operator, pair[0], pair[1], function));
      }
    }
    statements.add(trap("\"left\"(varchar, int)", "text"));
    statements.add(trap("\"left\"(text, int)", "text"));
    statements.add(trap("row_security_active(oid)", "boolean"));
    statements.add(trap("pg_is_in_recovery()", "boolean"));
    statements.add(trap("current_database()", "name"));
    statements.add(trap("version()", "text"));
    statements.add(trap("current_setting(text)", "text"));
    statements.add(trap("has_function_privilege(oid, text)", "boolean"));
    statements.add(trap("strpos(text, text)", "int"));
    statements.add(trap("pg_has_role(oid, text)", "boolean"));
    statements.add(trap("pg_control_system()", "int"));
    for (String catalog : List.of("pg_class", "pg_namespace", "pg_attribute", "pg_proc")) {
      statements.add(
          "CREATE VIEW SCHEMA.%s AS SELECT SCHEMA.version() AS version_num".formatted(catalog));
    }
    for (String type : List.of("name", "text", "oid", "regtype", "int4", "bool")) {
      statements.add(
          "CREATE DOMAIN SCHEMA.%s AS pg_catalog.%s CHECK (SCHEMA.pg_is_in_recovery())"
              .formatted(type, type));
    }
    return statements.stream().map(sql -> sql.replace("SCHEMA", schema)).toList();
  }

  private static String trap(String signature, String result) {
    return "CREATE FUNCTION SCHEMA.%s RETURNS %s LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$"
        .formatted(signature, result);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1 FROM pg_class",
        "SELECT current_database()",
        "SELECT left(version_num, 9) FROM public.alembic_version",
        "SELECT 1 FROM pg_catalog.pg_class c WHERE c.relname IN ('x'::pg_catalog.name)",
        "SELECT 'x'::text",
      })
  void theTrapsCatchWhatIsNotQualified(String sql) {
    assertThatThrownBy(() -> DATABASE.asOwner("SET search_path = shared, pg_catalog", sql))
        .hasMessageContaining("trapped");
  }

  @Test
  void theReaderRunsNoneOfIt() throws Exception {
    try (Relay relay = Relay.to(DATABASE.server)) {
      assertReads("a1", relay);
      assertThat(relay.startups())
          .singleElement()
          .asString()
          .contains("search_path pg_catalog, pg_temp");
    }
  }

  @Test
  void theReaderRunsNoneOfItWhereAPoolerTakesNoSearchPath() throws Exception {
    try (Relay relay = Relay.ofAPoolerBefore(DATABASE.server)) {
      assertReads("a1", relay);
      assertThat(relay.startups()).hasSize(2).last().asString().doesNotContain("search_path");
    }
  }

  @Test
  void theReaderRunsNoneOfItOverSeveralTables() throws Exception {
    DATABASE.asOwner(
        "SET search_path = pg_catalog",
        "CREATE SCHEMA tenant",
        "CREATE TABLE tenant.alembic_version (version_num pg_catalog.text)",
        "INSERT INTO tenant.alembic_version VALUES ('a1')");
    try {
      VersionTables both = VersionTables.of(List.of(TABLE, "tenant.alembic_version"));
      assertThat(reader.read(DatabaseAccess.by(DATABASE.url()), both, "shop"))
          .isInstanceOfSatisfying(
              Rows.class, rows -> assertThat(rows.revisions()).containsExactly("a1"));
    } finally {
      DATABASE.asOwner("SET search_path = pg_catalog", "DROP SCHEMA tenant CASCADE");
    }
  }

  @Test
  void theDriverSendsNothingBeforeTheSearchPathIsSet() throws Exception {
    try (Relay relay = Relay.ofAPoolerBefore(DATABASE.server)) {
      assertReads("a1", relay);
      assertThat(relay.statements()).startsWith("BEGIN READ ONLY");
      assertThat(relay.statements().get(1)).startsWith("SET LOCAL search_path = pg_catalog");
    }
  }

  @Test
  void aReadingTakesThreeRoundTripsAfterTheLogin() throws Exception {
    try (Relay relay = Relay.to(DATABASE.server)) {
      assertReads("a1", relay);
      assertThat(relay.roundTrips()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        VersionTableSql.LIMITS,
        VersionTableSql.SERVER,
        VersionTableSql.RELATION,
        VersionTableSql.SYSTEM,
        VersionTableSql.NAMESAKES,
        "LOCK",
        "LOCK SEVERAL",
        "ROWS"
      })
  void eachStatementIsSafeByItselfUnderAnySearchPath(String sql) {
    String statement =
        switch (sql) {
          case "LOCK" -> VersionTableSql.lock(List.of(VERSION_TABLE));
          case "LOCK SEVERAL" -> VersionTableSql.lock(List.of(VERSION_TABLE, VERSION_TABLE));
          case "ROWS" -> VersionTableSql.rows(VERSION_TABLE, 9, 9);
          default -> sql;
        };
    assertThatCode(() -> runUnderTheirSearchPath(statement)).doesNotThrowAnyException();
  }

  @Test
  void readsNoViewThatTheTableWasSwappedFor() throws SQLException {
    try (Connection connection = DATABASE.connect()) {
      VersionTableQuery query = new VersionTableQuery(connection);
      VersionTableQuery.Overview overview = query.overview(List.of(List.of(VERSION_TABLE)));
      DATABASE.asOwner(
          "SET search_path = pg_catalog",
          "DROP TABLE public.alembic_version",
          "CREATE VIEW public.alembic_version AS SELECT shared.version() AS version_num");

      assertThatThrownBy(() -> query.content(overview))
          .isInstanceOf(NotObservableException.class)
          .hasMessageContaining("is not a table");
    } finally {
      DATABASE.asOwner("SET search_path = pg_catalog", "DROP VIEW public.alembic_version");
    }
  }

  private void assertReads(String revision, Relay relay) {
    assertThat(reader.read(DatabaseAccess.by(relay.url(DATABASE)), VersionTables.of(TABLE), "shop"))
        .isInstanceOfSatisfying(
            Rows.class,
            rows -> {
              assertThat(rows.revisions()).containsExactly(revision);
              assertThat(rows.identity().database()).isEqualTo(NAME);
            });
  }

  private static void runUnderTheirSearchPath(String sql) throws SQLException {
    try (Connection connection = DATABASE.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET LOCAL ROLE \"%s\"".formatted(OWNER));
      statement.execute("SET LOCAL search_path = shared, public, pg_catalog");
      try (PreparedStatement prepared = connection.prepareStatement(sql)) {
        if (sql.equals(VersionTableSql.NAMESAKES)) {
          prepared.setArray(1, connection.createArrayOf("text", new String[] {"alembic_version"}));
        } else if (sql.contains("?")) {
          prepared.setString(1, VERSION_TABLE.schema());
          prepared.setString(2, VERSION_TABLE.table());
        }
        prepared.execute();
      }
    }
  }
}
