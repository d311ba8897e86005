package io.dbmigrations.operator.report;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.api.v1alpha1.Times;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The conditions that follow from a reason: {@code Ready} always, {@code Reconciling} and {@code
 * Stalled} only while True and never both, as kstatus reads them; beside them {@code
 * DatabaseObserved} as last known. Conditions of other types are somebody else's and stay.
 */
final class Conditions {

  private static final Set<String> OURS =
      Set.of(
          Condition.READY, Condition.RECONCILING, Condition.STALLED, Condition.DATABASE_OBSERVED);

  private final long generation;
  private final List<Condition> old;
  private final Instant now;
  private final List<Condition> conditions = new ArrayList<>();

  /**
   * No conditions yet.
   *
   * @param old those before; a condition keeps its transition time while its status stays
   */
  Conditions(long generation, List<Condition> old, Instant now) {
    this.generation = generation;
    this.old = old;
    this.now = now;
  }

  /** Adds those of the resource as a whole. */
  Conditions standing(Reason reason, ReasonClass shown, String message) {
    switch (shown) {
      case DONE -> add(Condition.READY, Condition.TRUE, reason, message);
      case PROGRESSING -> {
        add(Condition.READY, Condition.UNKNOWN, reason, message);
        add(Condition.RECONCILING, Condition.TRUE, reason, message);
      }
      case TRANSIENT -> {
        add(Condition.READY, Condition.FALSE, reason, message);
        add(Condition.RECONCILING, Condition.TRUE, reason, message);
      }
      case WAITING -> add(Condition.READY, Condition.FALSE, reason, message);
      case UNSEEN -> add(Condition.READY, Condition.UNKNOWN, reason, message);
      case STALLED -> {
        add(Condition.READY, Condition.FALSE, reason, message);
        add(Condition.STALLED, Condition.TRUE, reason, message);
      }
    }
    return this;
  }

  /** Adds whether the database could be read; what was known before where there is no news. */
  Conditions observed(Optional<DatabaseView> view) {
    view.ifPresentOrElse(
        news -> add(Condition.DATABASE_OBSERVED, news.status(), news.reason(), news.message()),
        () ->
            old.stream()
                .filter(condition -> condition.type().equals(Condition.DATABASE_OBSERVED))
                .forEach(conditions::add));
    return this;
  }

  List<Condition> all() {
    List<Condition> all = new ArrayList<>(conditions);
    old.stream().filter(condition -> !OURS.contains(condition.type())).forEach(all::add);
    return List.copyOf(all);
  }

  /**
   * Since when the resource is not Ready; null while it is. The condition's own time begins anew
   * with each turn from Unknown to False, as at each repetition.
   *
   * @param before the same of the status before, null where that says nothing
   */
  @Nullable String notReadySince(@Nullable String before) {
    String since = notReady(conditions);
    return since == null ? null : first(before, notReady(old), since).toString();
  }

  private static @Nullable String notReady(List<Condition> conditions) {
    return of(conditions, Condition.READY)
        .filter(ready -> !ready.status().equals(Condition.TRUE))
        .map(Condition::lastTransitionTime)
        .orElse(null);
  }

  // Of those that are times which have come: whoever may write a status may write anything there.
  private Instant first(@Nullable String... times) {
    return Arrays.stream(times)
        .flatMap(time -> Times.past(time, now).stream())
        .findFirst()
        .orElse(now.truncatedTo(ChronoUnit.SECONDS));
  }

  private static Optional<Condition> of(List<Condition> conditions, String type) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }

  private void add(String type, String status, Reason reason, String message) {
    String since =
        of(old, type)
            .filter(condition -> condition.status().equals(status))
            .map(Condition::lastTransitionTime)
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    conditions.add(new Condition(type, status, generation, since, reason.wireName(), message));
  }
}
