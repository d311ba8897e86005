package io.dbmigrations.e2e.oracle;

import io.dbmigrations.e2e.trial.Seen;
import io.dbmigrations.e2e.trial.Subject;
import io.dbmigrations.e2e.trial.Target;
import java.sql.SQLException;

/** Ready=True for a generation whose target the database does not have. */
public final class ReadyOracle {
  private final Violations violations;

  public ReadyOracle(Violations violations) {
    this.violations = violations;
  }

  /**
   * Reads the rows between two looks at the resource, so that neither an edit nor a migration in
   * between is taken for a lie.
   */
  public void check(Subject subject, boolean strangersMayMigrate) {
    try {
      var before = subject.current().filter(Seen::claimsReady);
      if (before.isEmpty()) {
        return;
      }
      var rows = subject.database().rows();
      if (rows.equals(Target.rows(before.get().target()))) {
        return;
      }
      if (strangersMayMigrate && lastCameFromStranger(subject)) {
        return;
      }
      var after = subject.current();
      if (after.isPresent() && after.get().version().equals(before.get().version())) {
        violations.add(
            "ready",
            "%s is Ready=True at generation %d, target %s, while the database has %s: %s"
                .formatted(
                    subject.name(),
                    after.get().generation(),
                    after.get().target(),
                    rows,
                    after.get().message()));
      }
    } catch (SQLException e) {
      // The server is being restarted: it cannot be said what it has.
      subject.log().note(subject.name(), "the rows cannot be read: %s".formatted(e.getMessage()));
    }
  }

  /** What somebody else did is seen at the next reading, not at once. */
  private static boolean lastCameFromStranger(Subject subject) throws SQLException {
    var effects = subject.database().effects();
    return !effects.isEmpty() && effects.getLast().pod().startsWith(Stranger.PREFIX);
  }
}
