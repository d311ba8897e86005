package io.dbmigrations.e2e.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which faults are tried where. */
final class Enumeration {
  private Enumeration() {}

  /**
   * Every fault at every write, and those of events at every event, of what the references wrote.
   */
  static List<Plan> all(Map<Workload, Outcome> references) {
    var plans = new ArrayList<Plan>();
    references.forEach((workload, reference) -> {
      for (int nth = 1; nth <= reference.count(false); nth++) {
        for (var fault : Fault.ofWrites()) {
          plans.add(new Plan(workload, fault, false, nth));
        }
      }
      for (int nth = 1; nth <= reference.count(true); nth++) {
        for (var fault : Fault.ofEvents()) {
          plans.add(new Plan(workload, fault, true, nth));
        }
      }
    });
    return plans;
  }

  /**
   * Each fault and each workload at least once, and the faults that have found most at the writes
   * where they did.
   */
  static List<Plan> subset(Map<Workload, Outcome> references) {
    var plans = new ArrayList<Plan>();
    var workloads = List.copyOf(references.keySet());
    var faults = Fault.ofWrites();
    for (int i = 0; i < faults.size(); i++) {
      var workload = workloads.get(i % workloads.size());
      var writes = (int) references.get(workload).count(false);
      plans.add(new Plan(workload, faults.get(i), false, writes == 0 ? 1 : 1 + i % writes));
    }
    var events = Fault.ofEvents();
    for (int i = 0; i < events.size(); i++) {
      plans.add(new Plan(workloads.get(i % workloads.size()), events.get(i), true, 1));
    }
    return plans;
  }
}
