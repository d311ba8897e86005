package io.dbmigrations.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.spec.InvalidKeySpecException;
import java.util.Random;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The keys that logins are made with, as the driver asks the platform for them. */
class KeyDerivationTest {

  private static final String ALGORITHM = "PBKDF2WithHmacSHA256";

  @BeforeAll
  static void install() {
    KeyDerivation.install();
    KeyDerivation.install();
  }

  @Test
  void isThatOfThePlatform() throws GeneralSecurityException {
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      PBEKeySpec spec = random(random);
      byte[] expected =
          SecretKeyFactory.getInstance(ALGORITHM, "SunJCE").generateSecret(spec).getEncoded();
      assertThat(ours().generateSecret(spec).getEncoded()).isEqualTo(expected);
      for (int times = 0; times < 2; times++) {
        SecretKey key = KeyDerivation.within("shop", () -> derived(spec));
        assertThat(key.getEncoded()).isEqualTo(expected);
        assertThat(key.getFormat()).isEqualTo("RAW");
      }
    }
  }

  // RFC 7914, 11.
  @Test
  void isThatOfTheStandard() throws GeneralSecurityException {
    byte[] salt = "NaCl".getBytes(StandardCharsets.US_ASCII);
    PBEKeySpec spec = new PBEKeySpec("Password".toCharArray(), salt, 80_000, 32 * 8);
    assertThat(ours().generateSecret(spec).getEncoded())
        .asHexString()
        .isEqualToIgnoringCase("4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56");
  }

  @Test
  void refusesWhatIsNoPasswordAndPassesOnAllElse() throws GeneralSecurityException {
    SecretKeyFactory factory = ours();
    assertThatExceptionOfType(InvalidKeySpecException.class)
        .isThrownBy(() -> factory.generateSecret(new SecretKeySpec(new byte[8], ALGORITHM)));
    PBEKeySpec spec = new PBEKeySpec("p".toCharArray(), new byte[16], 10, 256);
    SecretKey platforms = SecretKeyFactory.getInstance(ALGORITHM, "SunJCE").generateSecret(spec);
    assertThat(factory.translateKey(platforms)).isEqualTo(platforms);
    assertThat(((PBEKeySpec) factory.getKeySpec(platforms, PBEKeySpec.class)).getIterationCount())
        .isEqualTo(10);
  }

  private static SecretKey derived(PBEKeySpec spec) {
    try {
      return ours().generateSecret(spec);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SecretKeyFactory ours() throws GeneralSecurityException {
    SecretKeyFactory factory = SecretKeyFactory.getInstance(ALGORITHM);
    assertThat(factory.getProvider().getName()).isEqualTo("DatabaseMigration");
    return factory;
  }

  private static PBEKeySpec random(Random random) {
    char[] password = new char[1 + random.nextInt(40)];
    for (int i = 0; i < password.length; i++) {
      password[i] = random.nextBoolean() ? (char) (' ' + random.nextInt(95)) : 'ü';
    }
    byte[] salt = new byte[1 + random.nextInt(32)];
    random.nextBytes(salt);
    return new PBEKeySpec(password, salt, 1 + random.nextInt(200), 256);
  }
}
