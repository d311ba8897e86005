package io.dbmigrations.operator.database;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.InvalidKeySpecException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

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
  private final Map<ByteBuffer, byte[]> keys;

  /** Derives a key. */
  interface Derivation {
    byte[] derive(PBEKeySpec of) throws InvalidKeySpecException;
  }

  KeptKeys(int most) {
    byte[] random = new byte[CODE_KEY_LENGTH];
    new SecureRandom().nextBytes(random);
    codeKey = new SecretKeySpec(random, CODE);
    keys =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<ByteBuffer, byte[]> eldest) {
            return size() > most;
          }
        };
  }

  /** The key of that specification, derived at the first time. */
  byte[] get(String owner, PBEKeySpec of, Derivation derivation) throws InvalidKeySpecException {
    ByteBuffer code = ByteBuffer.wrap(code(owner, of));
    byte[] kept = find(code);
    if (kept == null) {
      kept = derivation.derive(of);
      put(code, kept);
    }
    return kept.clone();
  }

  private synchronized byte @Nullable [] find(ByteBuffer code) {
    return keys.get(code);
  }

  private synchronized void put(ByteBuffer code, byte[] key) {
    keys.put(code, key);
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
  public synchronized String toString() {
    return "KeptKeys[%d]".formatted(keys.size());
  }
}
