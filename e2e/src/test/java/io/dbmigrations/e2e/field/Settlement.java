package io.dbmigrations.e2e.field;

import io.dbmigrations.e2e.oracle.LeakOracle;
import io.dbmigrations.e2e.trial.Pause;
import io.dbmigrations.e2e.trial.Seen;
import io.dbmigrations.e2e.trial.Subject;
import io.dbmigrations.e2e.trial.Target;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The end of it: what is asked for at last is reached, and then nothing happens any more. */
final class Settlement {
  private static final Duration AFTERMATH = Duration.ofSeconds(5);

  private final Field field;
  private final Duration patience;
  private final Duration silence;

  Settlement(Field field, Duration patience, Duration silence) {
    this.field = field;
    this.patience = patience;
    this.silence = silence;
  }

  /** Each resource gets its last target, whatever state it is in, and has to reach it. */
  void demand(List<String> targets) throws SQLException {
    for (int i = 0; i < targets.size(); i++) {
      ask(field.subjects().get(i), targets.get(i));
    }
    var deadline = Instant.now().plus(patience);
    for (int i = 0; i < targets.size(); i++) {
      var subject = field.subjects().get(i);
      var rows = Target.rows(targets.get(i));
      var rest = Duration.between(Instant.now(), deadline);
      if (!Pause.until(rest, () -> isAt(subject, rows))) {
        field
            .violations()
            .add(
                "progress",
                "%s did not reach %s within %s: %s"
                    .formatted(
                        subject.name(),
                        targets.get(i),
                        patience,
                        subject.current().map(Seen::toString).orElse("it is gone")));
      }
    }
    Pause.millis(AFTERMATH.toMillis());
    listen();
  }

  private void ask(Subject subject, String target) throws SQLException {
    subject.database().execute("UPDATE ledger.control SET seconds = 0, gated = false");
    try {
      if (subject.current().isEmpty()) {
        subject.create(target, false);
        return;
      }
      subject.edit(Map.of("targetRevision", target, "suspend", false));
      // what a stranger did stands until somebody asks
      subject.retry("at last");
    } catch (KubernetesClientException e) {
      field.violations().add("instrument", "%s: %s".formatted(subject.name(), e.getMessage()));
    }
  }

  private static boolean isAt(Subject subject, List<String> rows) throws SQLException {
    return subject.current().filter(Seen::claimsReady).isPresent()
        && subject.database().rows().equals(rows);
  }

  private void listen() {
    var before = versions();
    Pause.millis(silence.toMillis());
    var after = versions();
    for (var subject : field.subjects()) {
      if (!before.get(subject.name()).equals(after.get(subject.name()))) {
        field.violations().add("silence", "%s was written at rest".formatted(subject.name()));
      }
    }
  }

  private Map<String, String> versions() {
    var versions = new HashMap<String, String>();
    for (var subject : field.subjects()) {
      versions.put(subject.name(), subject.current().map(Seen::version).orElse("none"));
    }
    return versions;
  }

  /** Nothing is left of what is deleted. */
  void clearAway(KubernetesClient client) throws SQLException {
    field.subjects().forEach(Subject::delete);
    new LeakOracle(field.violations(), client, field.namespace())
        .check(field.subjects().stream().map(Subject::database).toList());
  }
}
