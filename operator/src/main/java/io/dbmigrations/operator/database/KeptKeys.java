package io.dbmigrations.operator.database;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.InvalidKeySpecException;
import javax.crypto.Mac;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys that were derived of passwords, those that were used last, in memory alone. By which
 * password, salt and number of iterations one was derived, and for whom, is kept as a code under a
 * key of this process, so that no password is. Whoever guesses the password of another owner waits
 * as long as for any other guess. Thread-safe.
 */
final class KeptKeys {

  private static final String CODE = "HmacSHA256";
  private static final int CODE_KEY_LENGTH = 32;

  private final SecretKeySpec codeKey;
  private final RecentlyUsed<ByteBuffer, byte[]> keys;

  /** Derives a key. */
  interface Derivation {
    byte[] derive(PBEKeySpec of) throws InvalidKeySpecException;
  }

  KeptKeys(int most) {
    byte[] random = new byte[CODE_KEY_LENGTH];
    new SecureRandom().nextBytes(random);
    codeKey = new SecretKeySpec(random, CODE);
    keys = new RecentlyUsed<>(most);
  }

  /** The key of that specification, derived at the first time. */
  byte[] get(String owner, PBEKeySpec of, Derivation derivation) throws InvalidKeySpecException {
    return keys.get(ByteBuffer.wrap(code(owner, of)), () -> derivation.derive(of)).clone();
  }

  // Each part with its length, so that no two specifications have the same bytes.
  private byte[] code(String owner, PBEKeySpec of) {
    // As they are: no two passwords may become one by an encoding.
    char[] characters = of.getPassword();
    ByteBuffer password = ByteBuffer.allocate(characters.length * Character.BYTES);
    password.asCharBuffer().put(characters);
    byte[] salt = of.getSalt() == null ? new byte[0] : of.getSalt();
    try {
      Mac mac = Mac.getInstance(CODE);
      mac.init(codeKey);
      mac.update(
          ByteBuffer.allocate(5 * Integer.BYTES)
              .putInt(characters.length)
              .putInt(owner.length())
              .putInt(salt.length)
              .putInt(of.getIterationCount())
              .putInt(of.getKeyLength())
              .flip());
      mac.update(password);
      mac.update(owner.getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(salt);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + CODE, e);
    }
  }

  @Override
  public String toString() {
    return "KeptKeys[%d]".formatted(keys.size());
  }
}
