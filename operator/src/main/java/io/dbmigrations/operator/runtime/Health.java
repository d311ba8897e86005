package io.dbmigrations.operator.runtime;

import io.dbmigrations.operator.server.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the probes are told. Live means that nothing is wrong that a restart would mend; ready means
 * that the operator works, or stands by for the leader.
 */
public final class Health {

  private static final Logger LOG = LoggerFactory.getLogger(Health.class);

  // Each step of the start tells of itself more often.
  private static final Duration STEP = Duration.ofMinutes(3);

  private record Step(String name, long since) {}

  private final List<Supplier<Optional<String>>> deaths = new CopyOnWriteArrayList<>();
  private final List<Supplier<Optional<String>>> hindrances = new CopyOnWriteArrayList<>();
  private final LongSupplier nanoTime;
  private volatile @Nullable Step step;

  public Health() {
    this(System::nanoTime);
  }

  Health(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    waitFor("the operator is starting");
  }

  /** Adds a reason why the process should be started again. */
  public void deadIf(Supplier<Optional<String>> reason) {
    deaths.add(reason);
  }

  /** Adds a reason why the operator does not work now. */
  public void hinderedIf(Supplier<Optional<String>> reason) {
    hindrances.add(reason);
  }

  /** Says what is waited for before the operator works, or that the wait goes on. */
  public void waitFor(String what) {
    step = new Step(what, nanoTime.getAsLong());
  }

  /** Says that the operator works. */
  public void started() {
    step = null;
  }

  /** The answer to the liveness probe. */
  public Answer live() {
    Optional<String> death = step == null ? first(deaths) : stuckOnTheWay();
    death.ifPresent(reason -> LOG.error("Asking to be started again: {}", reason));
    return death.map(Answer::unavailable).orElseGet(Answer::ok);
  }

  /** The answer to the readiness probe. */
  public Answer ready() {
    return Optional.ofNullable(step)
        .map(Step::name)
        .or(() -> first(deaths))
        .or(() -> first(hindrances))
        .map(Answer::unavailable)
        .orElseGet(Answer::ok);
  }

  private Optional<String> stuckOnTheWay() {
    return Optional.ofNullable(step)
        .filter(current -> nanoTime.getAsLong() - current.since > STEP.toNanos())
        .map(current -> "for minutes nothing more than: " + current.name);
  }

  private static Optional<String> first(List<Supplier<Optional<String>>> reasons) {
    return reasons.stream().map(Supplier::get).flatMap(Optional::stream).findFirst();
  }
}
