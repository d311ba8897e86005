package io.dbmigrations.e2e.fault;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The table of workload by fault, and what was violated. */
final class Verdicts {
  private final Map<Plan, Outcome> outcomes = new LinkedHashMap<>();

  synchronized void add(Plan plan, Outcome outcome) {
    outcomes.put(plan, outcome);
  }

  synchronized long violated() {
    return outcomes.values().stream().filter(outcome -> !outcome.violations().isEmpty()).count();
  }

  synchronized int count() {
    return outcomes.size();
  }

  /**
   * A line a fault, a column a workload: how many held of how many were tried; a minus is a moment
   * that did not come, because the operator wrote less than in the reference.
   */
  synchronized String table() {
    var workloads =
        outcomes.keySet().stream()
            .map(Plan::workload)
            .collect(Collectors.toCollection(TreeSet::new));
    var lines = new StringBuilder("%-18s".formatted("fault"));
    workloads.forEach(workload -> lines.append(" %s".formatted(heading(workload))));
    var faults = outcomes.keySet().stream().map(Verdicts::row).distinct().toList();
    for (var fault : faults) {
      lines.append("\n%-18s".formatted(fault));
      for (var workload : workloads) {
        lines.append(
            " %s"
                .formatted(
                    ("%-" + heading(workload).length() + "s").formatted(cell(workload, fault))));
      }
    }
    return lines.append('\n').toString();
  }

  private String cell(Workload workload, String fault) {
    var tried =
        outcomes.entrySet().stream()
            .filter(entry -> entry.getKey().workload() == workload)
            .filter(entry -> row(entry.getKey()).equals(fault))
            .toList();
    if (tried.isEmpty()) {
      return "";
    }
    var held = tried.stream().filter(entry -> entry.getValue().violations().isEmpty()).count();
    var missed = tried.stream().filter(entry -> !entry.getValue().applied()).count();
    return "%d/%d%s%s"
        .formatted(
            held, tried.size(), missed > 0 ? "-" + missed : "", held < tried.size() ? " FAIL" : "");
  }

  private static String row(Plan plan) {
    return plan.fault().name() + (plan.atEvent() ? " (event)" : "");
  }

  private static String heading(Workload workload) {
    var title = workload.title();
    return "%-12s".formatted(title.substring(0, Math.min(title.length(), 12)));
  }

  /** Each plan that was violated in a line, after the oracle that said so. */
  synchronized List<String> violations() {
    return outcomes.entrySet().stream()
        .flatMap(entry ->
            entry.getValue().violations().stream()
                .map(violation -> "%s: %s".formatted(entry.getKey(), violation)))
        .toList();
  }
}
