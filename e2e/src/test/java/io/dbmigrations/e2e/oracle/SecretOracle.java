package io.dbmigrations.e2e.oracle;

import io.dbmigrations.e2e.trial.Canary;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passwords that can be read where they must not be. */
public final class SecretOracle {
  private final Violations violations;
  private final Set<Canary> canaries = ConcurrentHashMap.newKeySet();

  public SecretOracle(Violations violations) {
    this.violations = violations;
  }

  public void watchFor(Canary canary) {
    canaries.add(canary);
  }

  public void forget(Canary canary) {
    canaries.remove(canary);
  }

  /** Without what it says: this is printed. */
  public void read(String where, String text) {
    if (canaries.stream().anyMatch(canary -> canary.isIn(text))) {
      violations.add("secrets", "the password can be read in %s".formatted(where));
    }
  }
}
