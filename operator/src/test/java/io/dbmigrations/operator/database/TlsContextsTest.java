package io.dbmigrations.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

/** Which TLS contexts are made again, and which are not. */
class TlsContextsTest {

  private static final Certificates ONE = new Certificates("the authority", null, "s3cret");

  private final TlsContexts contexts = new TlsContexts(2);

  @Test
  void areMadeOnceForTheSameCertificates() {
    Certificates same = new Certificates("the " + "authority".strip(), null, "s3cret");
    assertThat(get(ONE, true)).isSameAs(get(same, true));
  }

  @Test
  void areOthersForWhateverDiffers() {
    SSLContext one = get(ONE, true);
    assertThat(get(ONE, false)).isNotSameAs(one);
    assertThat(get(new Certificates("the authority", null, "another"), true)).isNotSameAs(one);
  }

  @Test
  void areNoMoreThanThoseThatWereUsedLast() {
    SSLContext first = get(ONE, true);
    SSLContext second = get(ONE, false);
    assertThat(get(ONE, true)).isSameAs(first);
    get(Certificates.NONE, false);
    assertThat(get(ONE, true)).isSameAs(first);
    assertThat(get(ONE, false)).isNotSameAs(second);
  }

  @Test
  void areNotKeptOfWhatCannotBeRead() {
    assertThatThrownBy(() ->
            contexts.get(
                ONE,
                true,
                () -> {
                  throw new NotObservableException("It is no certificate");
                }))
        .isInstanceOf(NotObservableException.class);
    assertThat(contexts).hasToString("TlsContexts[0]");
  }

  private SSLContext get(Certificates certificates, boolean verifies) {
    return contexts.get(certificates, verifies, TlsContextsTest::made);
  }

  private static SSLContext made() {
    try {
      return SSLContext.getInstance("TLS");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
