package io.dbmigrations.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          denied: postgresql://app:h@rse$1@db/shop is plain       | denied: postgresql://***@db/shop is plain
          "url": "postgresql://app:horse//battery@db", "a": "b"   | "url": "postgresql://***@db", "a": "b"
          pull https://registry:5000/app@sha256:0123 failed       | pull https://registry:5000/app@sha256:0123 failed
          see https://example.com/a, or mail to root@example.com | see https://example.com/a, or mail to root@example.com
          """)
  void hidesWhatIsInFrontOfAHost(String words, String told) {
    assertThat(Logins.mask(words)).isEqualTo(told);
  }
}
