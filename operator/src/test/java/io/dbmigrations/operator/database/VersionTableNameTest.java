package io.dbmigrations.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTableNameTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          public.alembic_version | "public"."alembic_version"
          My Schema.Version      | "My Schema"."Version"
          s"x.t;DROP TABLE t     | "s""x"."t;DROP TABLE t"
          """)
  void quotesWhateverIsInAName(String qualified, String sql) {
    assertThat(VersionTableName.candidates(qualified))
        .extracting(VersionTableName::toSql)
        .containsExactly(sql);
  }

  @Test
  void leavesItToTheCatalogWhichDotDivides() {
    assertThat(VersionTableName.candidates("a.b.c"))
        .containsExactly(new VersionTableName("a", "b.c"), new VersionTableName("a.b", "c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "alembic_version", ".t", "s.", ".", "s.t\0x"})
  void refusesWhatIsNotQualified(String name) {
    assertThatThrownBy(() -> VersionTableName.candidates(name))
        .isInstanceOf(NotObservableException.class)
        .hasMessageContaining("schema.table");
  }
}
