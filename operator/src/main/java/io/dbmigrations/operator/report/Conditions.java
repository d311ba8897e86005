package io.dbmigrations.operator.report;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The conditions that follow from a reason: {@code Ready} always, {@code Reconciling} and {@code
 * Stalled} only while True and never both, as kstatus reads them.
 */
final class Conditions {

  private Conditions() {}

  /**
   * The conditions.
   *
   * @param old those before; a condition keeps its transition time while its status stays
   */
  static List<Condition> of(
      Reason reason, String message, long generation, List<Condition> old, Instant now) {
    Builder builder = new Builder(reason, message, generation, old, now);
    switch (reason.reasonClass()) {
      case DONE -> builder.add(Condition.READY, Condition.TRUE);
      case PROGRESSING -> {
        builder.add(Condition.READY, Condition.UNKNOWN);
        builder.add(Condition.RECONCILING, Condition.TRUE);
      }
      case TRANSIENT -> {
        builder.add(Condition.READY, Condition.FALSE);
        builder.add(Condition.RECONCILING, Condition.TRUE);
      }
      case WAITING -> builder.add(Condition.READY, Condition.FALSE);
      case STALLED -> {
        builder.add(Condition.READY, Condition.FALSE);
        builder.add(Condition.STALLED, Condition.TRUE);
      }
    }
    return builder.conditions;
  }

  private static final class Builder {
    private final Reason reason;
    private final String message;
    private final long generation;
    private final List<Condition> old;
    private final Instant now;
    private final List<Condition> conditions = new ArrayList<>();

    Builder(Reason reason, String message, long generation, List<Condition> old, Instant now) {
      this.reason = reason;
      this.message = message;
      this.generation = generation;
      this.old = old;
      this.now = now;
    }

    void add(String type, String status) {
      String since =
          old.stream()
              .filter(condition -> condition.type().equals(type))
              .filter(condition -> condition.status().equals(status))
              .map(Condition::lastTransitionTime)
              .findFirst()
              .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
      conditions.add(new Condition(type, status, generation, since, reason.wireName(), message));
    }
  }
}
