package io.dbmigrations.e2e.oracle;

import io.dbmigrations.e2e.trial.LedgerDatabase;
import io.dbmigrations.e2e.trial.Observatory.Attempt;
import io.dbmigrations.e2e.trial.Seen;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What says that it is suspended starts nothing until it is resumed. */
public final class HoldOracle {
  private final Violations violations;
  private final Map<String, List<Hold>> holds = new ConcurrentHashMap<>();

  private record Hold(String uid, Instant from, Instant to) {}

  public HoldOracle(Violations violations) {
    this.violations = violations;
  }

  /** To be told of every version of a resource. */
  public void see(Seen seen) {
    var known = holds.computeIfAbsent(seen.name(), name -> new CopyOnWriteArrayList<>());
    var now = Instant.now();
    var open = !known.isEmpty() && known.getLast().to().equals(Instant.MAX);
    var held =
        seen.suspended()
            && seen.reason().equals("Suspended")
            && seen.observedGeneration() == seen.generation();
    if (held && !open) {
      known.add(new Hold(seen.uid(), now, Instant.MAX));
    } else if (open && (!seen.suspended() || !seen.uid().equals(known.getLast().uid()))) {
      known.set(known.size() - 1, new Hold(known.getLast().uid(), known.getLast().from(), now));
    }
  }

  public void check(String name, LedgerDatabase database, Map<String, Attempt> jobs)
      throws SQLException {
    var begun = new HashMap<String, Instant>();
    database.steps().forEach(step -> begun.putIfAbsent(step.pod(), step.at()));
    for (var hold : holds.getOrDefault(name, List.of())) {
      begun.forEach((pod, at) -> {
        var ours =
            LedgerOracle.attemptOf(pod, jobs)
                .filter(attempt -> attempt.owner().equals(hold.uid()))
                .isPresent();
        if (ours && at.isAfter(hold.from()) && at.isBefore(hold.to())) {
          violations.add(
              "suspend",
              "%s said that it was suspended at %s, and %s began its first step at %s"
                  .formatted(name, hold.from(), pod, at));
        }
      });
    }
  }
}
