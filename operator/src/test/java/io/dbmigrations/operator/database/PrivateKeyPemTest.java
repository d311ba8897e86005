package io.dbmigrations.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys in the forms in which they are found in Secrets. */
class PrivateKeyPemTest {

  @ParameterizedTest
  @CsvSource({"RSA, PRIVATE KEY", "EC, PRIVATE KEY", "RSA, RSA PRIVATE KEY", "EC, EC PRIVATE KEY"})
  void isReadInEachForm(String algorithm, String kind, @TempDir Path directory) throws Exception {
    TestCertificate one = TestCertificate.make(directory, algorithm);
    byte[] key = kind.equals("PRIVATE KEY") ? one.key() : unwrapped(one.key());
    // OpenSSL writes the curve before the key.
    String before =
        kind.startsWith("EC")
            ? TestCertificate.pem("EC PARAMETERS", new byte[] {6, 1, 1})
            : "Bag Attributes\n";

    assertThat(
            PrivateKeyPem.read(before + TestCertificate.pem(kind, key), publicKey(one))
                .getEncoded())
        .isEqualTo(one.key());
  }

  @Test
  void whatIsNoneIsRefusedAndNotShown(@TempDir Path directory) throws Exception {
    TestCertificate one = TestCertificate.make(directory, "EC");
    PublicKey certified = publicKey(one);
    String encrypted =
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\ns3cret\n-----END RSA PRIVATE KEY-----";
    for (String pem :
        new String[] {
          "",
          "s3cret",
          encrypted,
          TestCertificate.pem("ENCRYPTED PRIVATE KEY", one.key()),
          TestCertificate.pem("PRIVATE KEY", "s3cret".getBytes(StandardCharsets.UTF_8)),
          TestCertificate.pem("PRIVATE KEY", TestCertificate.make(directory, "RSA").key())
        }) {
      assertThatThrownBy(() -> PrivateKeyPem.read(pem, certified))
          .isInstanceOf(NotObservableException.class)
          .hasMessageContaining("spec.database.certificates.client names as key is no private key")
          .hasMessageNotContaining("s3cret")
          .hasMessageNotContaining(Base64.getEncoder().encodeToString(one.key()).substring(0, 20));
    }
  }

  private static PublicKey publicKey(TestCertificate one) throws Exception {
    return one.certificate().getPublicKey();
  }

  /** What PKCS #8 has as its third element, behind a version and the algorithm. */
  private static byte[] unwrapped(byte[] pkcs8) {
    int position = header(pkcs8, 0);
    position += 3;
    position = header(pkcs8, position) + length(pkcs8, position);
    int start = header(pkcs8, position);
    return Arrays.copyOfRange(pkcs8, start, start + length(pkcs8, position));
  }

  private static int header(byte[] der, int position) {
    int first = der[position + 1] & 0xff;
    return position + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int position) {
    int first = der[position + 1] & 0xff;
    int length = first < 0x80 ? first : 0;
    for (int i = 0; first >= 0x80 && i < (first & 0x7f); i++) {
      length = (length << 8) | (der[position + 2 + i] & 0xff);
    }
    return length;
  }
}
