package io.dbmigrations.operator.database;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.Security;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.SecretKeyFactorySpi;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Derives the keys of SCRAM logins as the platform does, each once: thousands of rounds of hashing
 * for every login are most of what a reading costs. The JDBC driver asks the platform for it, which
 * asks this provider first.
 */
final class KeyDerivation extends Provider {
  private static final long serialVersionUID = 1L;

  private static final String NAME = "DatabaseMigration";
  private static final String TYPE = "SecretKeyFactory";
  private static final String ALGORITHM = "PBKDF2WithHmacSHA256";
  private static final String PLATFORM = "SunJCE";

  // As many as there are readings that are kept; a key has 32 bytes.
  private static final int MOST_KEPT = 20_000;

  // The driver connects in a thread that it makes itself, which inherits it.
  private static final ThreadLocal<String> OWNER = new InheritableThreadLocal<>();

  private KeyDerivation() {
    super(NAME, "1", "Derives each key of a SCRAM login once");
    KeptKeys kept = new KeptKeys(MOST_KEPT);
    putService(
        new Service(this, TYPE, ALGORITHM, Factory.class.getName(), null, null) {
          @Override
          public Object newInstance(@Nullable Object parameter) {
            return new Factory(kept);
          }
        });
  }

  /** From now on keys are derived by it; the second time nothing happens. */
  static void install() {
    Security.insertProviderAt(new KeyDerivation(), 1);
  }

  /**
   * Calls that. Keys that are derived within are kept for this owner, and those outside are not.
   */
  static <T> T within(String owner, Supplier<T> call) {
    OWNER.set(owner);
    try {
      return call.get();
    } finally {
      OWNER.remove();
    }
  }

  private static final class Factory extends SecretKeyFactorySpi {
    private final KeptKeys kept;

    private Factory(KeptKeys kept) {
      this.kept = kept;
    }

    @Override
    protected SecretKey engineGenerateSecret(KeySpec spec) throws InvalidKeySpecException {
      if (!(spec instanceof PBEKeySpec password)) {
        throw new InvalidKeySpecException("It is no password");
      }
      String owner = OWNER.get();
      return owner == null
          ? platform().generateSecret(password)
          : new SecretKeySpec(
              kept.get(owner, password, of -> platform().generateSecret(of).getEncoded()),
              ALGORITHM);
    }

    @Override
    protected KeySpec engineGetKeySpec(SecretKey key, Class<?> type)
        throws InvalidKeySpecException {
      return platform().getKeySpec(key, type);
    }

    @Override
    protected SecretKey engineTranslateKey(SecretKey key) throws InvalidKeyException {
      return platform().translateKey(key);
    }

    private static SecretKeyFactory platform() {
      try {
        return SecretKeyFactory.getInstance(ALGORITHM, PLATFORM);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
      }
    }
  }
}
