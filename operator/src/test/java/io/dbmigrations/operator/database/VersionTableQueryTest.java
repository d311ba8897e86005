package io.dbmigrations.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the transaction allows, on a real PostgreSQL. */
class VersionTableQueryTest {
  private static final TestDatabase DATABASE = new TestDatabase();

  @AfterAll
  static void dropDatabase() {
    DATABASE.close();
  }

  @Test
  void cannotWrite() throws SQLException {
    try (Connection connection = DATABASE.connect();
        Statement statement = connection.createStatement()) {
      new VersionTableQuery(connection).overview(List.of());

      assertThatThrownBy(() -> statement.execute("CREATE TABLE public.t ()"))
          .hasMessageContaining("read-only transaction");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          search_path                         | pg_catalog, pg_temp
          lock_timeout                        | 2s
          statement_timeout                   | 4s
          idle_in_transaction_session_timeout | 10s
          """)
  void setsItsLimitsForTheTransactionAlone(String setting, String value) throws SQLException {
    try (Connection connection = DATABASE.connect()) {
      String before = show(connection, setting);
      new VersionTableQuery(connection).overview(List.of());

      assertThat(show(connection, setting)).isEqualTo(value);
      connection.rollback();
      assertThat(show(connection, setting)).isEqualTo(before).isNotEqualTo(value);
    }
  }

  private static String show(Connection connection, String setting) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW " + setting)) {
      row.next();
      return row.getString(1);
    }
  }
}
