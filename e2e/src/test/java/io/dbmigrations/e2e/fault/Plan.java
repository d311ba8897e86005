package io.dbmigrations.e2e.fault;

import io.dbmigrations.e2e.proxy.Call;
import io.dbmigrations.e2e.proxy.Rule;

/** One workload with one fault at its nth write, or at its nth event. */
record Plan(Workload workload, Fault fault, boolean atEvent, int nth) {

  Rule rule() {
    return Rule.nth(nth, call -> subject(call, atEvent), fault.action());
  }

  static boolean subject(Call call, boolean atEvent) {
    return call.writes() && call.writesEvent() == atEvent;
  }

  @Override
  public String toString() {
    return "%s × %s at %s %d"
        .formatted(workload.title(), fault.name(), atEvent ? "event" : "write", nth);
  }
}
