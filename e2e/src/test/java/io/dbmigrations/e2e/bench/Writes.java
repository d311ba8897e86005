package io.dbmigrations.e2e.bench;

import io.dbmigrations.e2e.fixture.AuditLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the operator has written for each kind of run, by the log of the API server itself. */
final class Writes {

  private record Run(String kind, Instant begin) {}

  private final List<Run> runs = new ArrayList<>();

  /** A run of that kind begins, and the one before it is over. */
  void begin(String kind) {
    runs.add(new Run(kind, Instant.now()));
  }

  /** Forgets all: what has been was for warming up. */
  void clear() {
    runs.clear();
  }

  /** By kind of run, how many writes of each sort one of them took on average. */
  Map<String, Map<String, Double>> count(AuditLog log, String namespace) {
    var writes =
        log.requests().stream()
            .filter(AuditLog.Request::writes)
            .filter(request -> request.namespace().equals(namespace))
            .toList();
    var counted = new TreeMap<String, Map<String, Double>>();
    for (var kind : runs.stream().map(Run::kind).distinct().toList()) {
      counted.put(kind, new TreeMap<>());
    }
    for (var write : writes) {
      runOf(write.at())
          .ifPresent(kind ->
              counted.get(kind).merge(write.verb() + " " + write.resource(), 1.0, Double::sum));
    }
    var times = runs.stream().collect(Collectors.groupingBy(Run::kind, Collectors.counting()));
    counted.forEach((kind, sorts) -> sorts.replaceAll((_, sum) -> sum / times.get(kind)));
    return counted;
  }

  private Optional<String> runOf(Instant at) {
    return runs.stream()
        .filter(run -> !run.begin().isAfter(at))
        .reduce((_, later) -> later)
        .map(Run::kind);
  }
}
