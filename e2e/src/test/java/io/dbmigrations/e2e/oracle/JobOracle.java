package io.dbmigrations.e2e.oracle;

import io.dbmigrations.e2e.trial.Observatory.Attempt;
import java.util.Collection;
import java.util.HashMap;

/** Exactly one Job an attempt. */
public final class JobOracle {
  private final Violations violations;

  public JobOracle(Violations violations) {
    this.violations = violations;
  }

  public void check(Collection<Attempt> attempts) {
    var names = new HashMap<String, String>();
    for (var attempt : attempts) {
      if (attempt.uids().size() - attempt.excused().size() > 1) {
        violations.add(
            "jobs", "%s was created %d times".formatted(attempt.job(), attempt.uids().size()));
      }
      var key = attempt.owner() + "/" + attempt.number();
      var other = names.put(key, attempt.job());
      if (other != null && !attempt.owner().isEmpty()) {
        violations.add(
            "jobs",
            "attempt %d has two Jobs: %s and %s".formatted(attempt.number(), other, attempt.job()));
      }
    }
  }
}
