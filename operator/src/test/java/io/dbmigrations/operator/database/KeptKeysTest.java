package io.dbmigrations.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.spec.InvalidKeySpecException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;

/** Which keys are derived again, and which are not. */
class KeptKeysTest {

  private final List<String> derived = new ArrayList<>();
  private final KeptKeys keys = new KeptKeys(2);

  @Test
  void areDerivedOnce() throws InvalidKeySpecException {
    assertThat(get("s3cret", "salt", 10)).isEqualTo(get("s3cret", "salt", 10));
    assertThat(derived).hasSize(1);
  }

  @Test
  void areOthersForWhateverDiffers() throws InvalidKeySpecException {
    get("ab", "c", 10);
    get("a", "bc", 10);
    get("ab", "c", 11);
    keys.get("shop", new PBEKeySpec("ab".toCharArray(), bytes("c"), 10, 128), this::derive);
    keys.get("shop", new PBEKeySpec("\u6100b".toCharArray(), bytes("c"), 10, 256), this::derive);
    // Halves of a pair, which no encoding tells from each other.
    get("\ud800", "c", 10);
    get("\ud801", "c", 10);
    assertThat(derived).hasSize(7);
  }

  @Test
  void areNobodyElses() throws InvalidKeySpecException {
    get("s3cret", "salt", 10);
    keys.get(
        "another", new PBEKeySpec("s3cret".toCharArray(), bytes("salt"), 10, 256), this::derive);
    assertThat(derived).hasSize(2);
  }

  @Test
  void areNoMoreThanThoseThatWereUsedLast() throws InvalidKeySpecException {
    get("a", "salt", 10);
    get("b", "salt", 10);
    get("a", "salt", 10);
    get("c", "salt", 10);
    get("a", "salt", 10);
    assertThat(derived).hasSize(3);
    get("b", "salt", 10);
    assertThat(derived).hasSize(4);
  }

  @Test
  void areNobodysToChange() throws InvalidKeySpecException {
    get("a", "salt", 10)[0]++;
    get("a", "salt", 10)[0]++;
    assertThat(get("a", "salt", 10)).isEqualTo(bytes("key 1"));
  }

  @Test
  void areNotKeptWhereThereIsNone() {
    assertThatThrownBy(() ->
            keys.get(
                "shop",
                new PBEKeySpec("a".toCharArray(), bytes("salt"), 10, 256),
                _ -> {
                  throw new InvalidKeySpecException("none");
                }))
        .isInstanceOf(InvalidKeySpecException.class);
    assertThat(keys).hasToString("KeptKeys[0]");
  }

  @Test
  void showNothingOfThemselves() throws InvalidKeySpecException {
    get("s3cret", "salt", 10);
    assertThat(keys).hasToString("KeptKeys[1]");
  }

  private byte[] get(String password, String salt, int iterations) throws InvalidKeySpecException {
    return keys.get(
        "shop", new PBEKeySpec(password.toCharArray(), bytes(salt), iterations, 256), this::derive);
  }

  private byte[] derive(PBEKeySpec of) {
    derived.add(new String(of.getPassword()));
    return bytes("key " + derived.size());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
