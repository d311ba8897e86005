package io.dbmigrations.e2e.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.dbmigrations.e2e.fixture.AuditLog;
import io.dbmigrations.e2e.proxy.Call;
import io.dbmigrations.e2e.trial.Violation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one migration may cost the API server: 4 writes and 2 events, its Job among them. What a
 * person says meanwhile that no migration begins with may be answered by one more, and so may be
 * how far a migration is that takes its time, as on a slow machine. The ConfigMap that all
 * resources of a namespace share is not one migration's, and the Job before the last is cleared
 * away, once or until the watch says that it is gone.
 */
final class Budget {
  private static final int WRITES = 4;
  private static final int EVENTS = 2;

  private Budget() {}

  /** Of the migrations that began in that time, which are fewer than the Jobs that there are. */
  static List<Violation> check(Workload workload, List<Call> writes) {
    var counted = counted(writes);
    var migrations = counted.getOrDefault("create jobs", 0L);
    var events = counted.getOrDefault("create events", 0L);
    var shared = counted.getOrDefault("create configmaps", 0L);
    var deletes = counted.getOrDefault("delete jobs", 0L);
    var others = writes.size() - events - deletes - shared;
    var answers = workload.answers();
    var violations = new ArrayList<Violation>();
    if (others > WRITES * migrations + answers + reported(writes)) {
      violations.add(violation(workload, others, "writes", migrations, counted));
    }
    if (events > EVENTS * migrations + answers) {
      violations.add(violation(workload, events, "events", migrations, counted));
    }
    var cleared = clearedAway(writes);
    if (cleared > migrations) {
      violations.add(violation(workload, cleared, "deleted Jobs", migrations, counted));
    }
    return violations;
  }

  /** Each state of a progress, however often it was written. */
  private static long reported(List<Call> writes) {
    return writes.stream()
        .filter(call -> call.subject().equals("update databasemigrations/status"))
        .map(call -> Serialization.unmarshal(call.body(), JsonNode.class))
        .map(resource -> resource.path("status").path("progress"))
        .filter(JsonNode::isObject)
        .distinct()
        .count();
  }

  private static long clearedAway(List<Call> writes) {
    return writes.stream()
        .filter(call -> call.subject().equals("delete jobs"))
        .map(Call::path)
        .distinct()
        .count();
  }

  private static Violation violation(
      Workload workload, long count, String what, long migrations, Map<String, Long> counted) {
    return new Violation(
        "budget",
        "%s: %d %s for %d migrations: %s"
            .formatted(workload.title(), count, what, migrations, counted));
  }

  static Map<String, Long> counted(List<Call> writes) {
    return writes.stream()
        .collect(Collectors.groupingBy(Call::subject, TreeMap::new, Collectors.counting()));
  }

  /** Whether the API server's own log has as many writes as the proxy, without any fault. */
  static List<Violation> compare(AuditLog log, Map<Workload, Outcome> references) {
    var writes = log.requests().stream().filter(Budget::isCounted).toList();
    var violations = new ArrayList<Violation>();
    references.forEach((workload, outcome) -> {
      var period = outcome.period();
      var counted =
          writes.stream()
              .filter(write -> write.namespace().equals(period.namespace()))
              .filter(write -> write.at().isAfter(period.from()))
              .filter(write -> write.at().isBefore(period.to()))
              .count();
      if (counted != outcome.writes().size()) {
        violations.add(
            new Violation(
                "budget",
                "%s: the API server counted %d writes, the proxy %d"
                    .formatted(workload.title(), counted, outcome.writes().size())));
      }
    });
    return violations;
  }

  private static boolean isCounted(AuditLog.Request request) {
    return request.writes() && !request.resource().equals("leases");
  }
}
