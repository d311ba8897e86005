package io.dbmigrations.e2e.fault;

import io.dbmigrations.e2e.fixture.AuditLog;
import io.dbmigrations.e2e.proxy.Call;
import io.dbmigrations.e2e.trial.Violation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one migration may cost the API server: 4 writes and 2 events, as the API server's own audit
 * log says. The ConfigMap that all resources of a namespace share is not one migration's.
 */
final class Budget {
  private static final int WRITES = 4;
  private static final int EVENTS = 2;

  private Budget() {}

  static List<Violation> check(Workload workload, Outcome outcome) {
    var writes = outcome.writes().stream().filter(call -> !sharedByAll(call)).toList();
    var events = writes.stream().filter(Call::writesEvent).count();
    var others = writes.size() - events;
    var migrations = Math.max(1, outcome.jobs());
    var violations = new ArrayList<Violation>();
    if (others > (long) WRITES * migrations) {
      violations.add(violation(workload, others, "writes", migrations, counted(writes)));
    }
    if (events > (long) EVENTS * migrations) {
      violations.add(violation(workload, events, "events", migrations, counted(writes)));
    }
    return violations;
  }

  private static Violation violation(
      Workload workload, long count, String what, int migrations, Map<String, Long> counted) {
    return new Violation(
        "budget",
        "%s: %d %s for %d migrations: %s"
            .formatted(workload.title(), count, what, migrations, counted));
  }

  static Map<String, Long> counted(List<Call> writes) {
    return writes.stream()
        .collect(Collectors.groupingBy(Call::subject, TreeMap::new, Collectors.counting()));
  }

  private static boolean sharedByAll(Call call) {
    return call.path().endsWith("/configmaps");
  }

  /** Whether the API server counted as the proxy did, where nothing was done to requests. */
  static List<Violation> compare(AuditLog log, Map<String, List<Call>> byNamespace, Instant since) {
    var requests = log.requests();
    var violations = new ArrayList<Violation>();
    byNamespace.forEach((namespace, calls) -> {
      var counted =
          requests.stream()
              .filter(request -> request.namespace().equals(namespace))
              .filter(request -> request.at().isAfter(since))
              .filter(AuditLog.Request::writes)
              .filter(request -> !request.resource().equals("leases"))
              .count();
      if (counted != calls.size()) {
        violations.add(
            new Violation(
                "budget",
                "%s: the API server counted %d writes, the proxy %d"
                    .formatted(namespace, counted, calls.size())));
      }
    });
    return violations;
  }
}
