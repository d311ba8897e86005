package io.dbmigrations.e2e.oracle;

import io.dbmigrations.e2e.trial.LedgerDatabase;
import io.dbmigrations.e2e.trial.LedgerDatabase.Effect;
import io.dbmigrations.e2e.trial.LedgerDatabase.Step;
import io.dbmigrations.e2e.trial.Observatory.Attempt;
import io.dbmigrations.e2e.trial.Target;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Each step effective once, no two at a time, none of an attempt that was followed by another. */
public final class LedgerOracle {
  private final Violations violations;

  public LedgerOracle(Violations violations) {
    this.violations = violations;
  }

  private record Span(String pod, Instant from, Instant to) {}

  /** What can be said while migrations run; the Jobs are by name. */
  public void checkHistory(LedgerDatabase database, Map<String, Attempt> jobs) throws SQLException {
    var steps = database.steps();
    walk(database.name(), database.effects());
    overlaps(database.name(), steps);
    order(database.name(), steps, jobs);
  }

  /** The same, and what holds when none runs. */
  public void check(LedgerDatabase database, Map<String, Attempt> jobs) throws SQLException {
    checkHistory(database, jobs);
    var rows = database.rows();
    var committed = rowsAfter(database.effects());
    if (!rows.equals(committed)) {
      violations.add(
          "ledger",
          "%s: what was committed ends at %s, the rows say %s"
              .formatted(database.name(), committed, rows));
    }
    var tables = rows.isEmpty() ? List.<String>of() : upTo(rows.getFirst());
    if (!database.tables().equals(tables)) {
      violations.add(
          "ledger",
          "%s is at %s, but has the tables %s".formatted(database.name(), rows, database.tables()));
    }
  }

  private static List<String> rowsAfter(List<Effect> effects) {
    if (effects.isEmpty()) {
      return List.of();
    }
    var last = effects.getLast();
    var at = Target.REVISIONS.indexOf(last.revision()) + (last.direction().equals("up") ? 1 : 0);
    return at == 0 ? List.of() : List.of(Target.REVISIONS.get(at - 1));
  }

  private static List<String> upTo(String revision) {
    return Target.REVISIONS.subList(0, Target.REVISIONS.indexOf(revision) + 1).stream()
        .map("t_"::concat)
        .toList();
  }

  /** What was committed is a walk along the revisions. */
  private void walk(String database, List<Effect> effects) {
    var at = 0;
    for (var effect : effects) {
      var revision = Target.REVISIONS.indexOf(effect.revision());
      var up = effect.direction().equals("up");
      if (revision != (up ? at : at - 1)) {
        violations.add(
            "ledger",
            "%s: %s committed %s %s while it was at %s"
                .formatted(
                    database,
                    effect.pod(),
                    effect.direction(),
                    effect.revision(),
                    at == 0 ? "base" : Target.REVISIONS.get(at - 1)));
        return;
      }
      at = up ? revision + 1 : revision;
    }
  }

  private void overlaps(String database, List<Step> steps) {
    var spans = new ArrayList<Span>();
    for (var step : steps) {
      // Alembic alone takes no lock before it writes its row: nobody can keep it from beginning.
      // That
      // it commits nothing then is seen in what was committed.
      if (step.pod().startsWith(Stranger.PREFIX)) {
        continue;
      }
      if (step.phase().equals("before")) {
        spans.add(new Span(step.pod(), step.at(), step.at()));
      } else {
        lastOf(spans, step.pod())
            .ifPresent(i -> spans.set(i, new Span(step.pod(), spans.get(i).from(), step.at())));
      }
    }
    for (int i = 0; i < spans.size(); i++) {
      for (int j = i + 1; j < spans.size(); j++) {
        var first = spans.get(i);
        var second = spans.get(j);
        if (!first.pod().equals(second.pod())
            && first.from().isBefore(second.to())
            && second.from().isBefore(first.to())) {
          violations.add(
              "overlap",
              "%s: steps of %s (%s to %s) and of %s (%s to %s)"
                  .formatted(
                      database,
                      first.pod(),
                      first.from(),
                      first.to(),
                      second.pod(),
                      second.from(),
                      second.to()));
        }
      }
    }
  }

  private static Optional<Integer> lastOf(List<Span> spans, String pod) {
    for (int i = spans.size() - 1; i >= 0; i--) {
      if (spans.get(i).pod().equals(pod)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /** Who is not the newest attempt of its resource any more begins no step. */
  private void order(String database, List<Step> steps, Map<String, Attempt> jobs) {
    var newest = new HashMap<String, Attempt>();
    for (var step : steps) {
      var attempt = attemptOf(step.pod(), jobs);
      if (attempt.isEmpty() || !step.phase().equals("before")) {
        continue;
      }
      var known = newest.get(attempt.get().owner());
      if (known == null || known.number() < attempt.get().number()) {
        newest.put(attempt.get().owner(), attempt.get());
      } else if (known.number() > attempt.get().number()) {
        violations.add(
            "order",
            "%s: attempt %d began %s %s at %s, after attempt %d had begun its own"
                .formatted(
                    database,
                    attempt.get().number(),
                    step.direction(),
                    step.revision(),
                    step.at(),
                    known.number()));
      }
    }
  }

  /** A Pod's name is that of its Job and five letters. */
  static Optional<Attempt> attemptOf(String pod, Map<String, Attempt> jobs) {
    var dash = pod.lastIndexOf('-');
    return Optional.ofNullable(dash < 0 ? null : jobs.get(pod.substring(0, dash)));
  }
}
