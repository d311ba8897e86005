package io.dbmigrations.e2e.fault;

import io.dbmigrations.e2e.fault.Stage.EndState;
import io.dbmigrations.e2e.proxy.Call;
import io.dbmigrations.e2e.trial.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What came of one case.
 *
 * @param end as it was when it had settled
 * @param writes what the operator wrote from the act to the end
 * @param period where and when it wrote that
 * @param applied whether the fault's moment came
 * @param jobs how many there were
 * @param timeline for a person who has to understand the violations
 */
record Outcome(
    EndState end,
    List<Call> writes,
    Period period,
    boolean applied,
    int jobs,
    List<Violation> violations,
    Duration time,
    String timeline) {

  /** From the act to the end of the silence. */
  record Period(String namespace, Instant from, Instant to) {}

  long count(boolean events) {
    return writes.stream().filter(call -> Plan.subject(call, events)).count();
  }
}
