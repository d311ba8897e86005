package io.dbmigrations.e2e.oracle;

import io.dbmigrations.e2e.trial.Violation;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What was found, each once. */
public final class Violations {
  private final Set<Violation> found = ConcurrentHashMap.newKeySet();
  private final Consumer<Violation> onFirst;

  public Violations() {
    this(violation -> {});
  }

  /** Tells of each when it is found for the first time. */
  public Violations(Consumer<Violation> onFirst) {
    this.onFirst = onFirst;
  }

  public void add(String oracle, String text) {
    var violation = new Violation(oracle, text);
    if (found.add(violation)) {
      onFirst.accept(violation);
    }
  }

  public List<Violation> all() {
    return List.copyOf(found);
  }

  public void clear() {
    found.clear();
  }
}
