package io.dbmigrations.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.HeldRows;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {

  @ParameterizedTest(name = "{0} read, {1} hold it, exclusive {2}, {3} confirmed: {4}")
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        // A target of all lines: any other row contradicts it.
        "003    | 003    | true  | 003    | HELD",
        "004    | 003    | true  | 003    | CONTRADICTED",
        "003 b1 | 003    | true  | 003    | CONTRADICTED",
        "b1 003 | 003 b1 | true  | 003    | HELD",
        "''     | ''     | true  | none   | HELD",
        "003    | ''     | true  | 003    | CONTRADICTED",
        // A target of some lines: a row that holds it is enough.
        "b3     | b3     | false | b3     | HELD",
        "a1 b3  | b3     | false | b3     | HELD",
        "a1     | b3     | false | b3     | UNCERTAIN",
        "''     | b3     | false | b3     | UNCERTAIN",
        // Rows that were found right before are right.
        "m4     | b3     | false | m4     | HELD",
        "m4     | b3     | false | none   | UNCERTAIN",
        // Base of a line has no row that would hold it.
        "a1     | ''     | false | a1     | HELD",
        "a2     | ''     | false | a1     | UNCERTAIN",
        "''     | ''     | false | none   | UNCERTAIN",
      })
  void judges(String read, String held, boolean exclusive, String confirmed, Verdict verdict) {
    assertThat(
            Verdict.of(
                list(read),
                new HeldRows(list(held), exclusive),
                confirmed == null ? null : list(confirmed)))
        .isEqualTo(verdict);
  }

  private static List<String> list(String words) {
    return words.isEmpty() ? List.of() : Arrays.asList(words.split(" "));
  }
}
