package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.Observation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides what to do next: asks the rules in their order and takes the first answer. Total: the
 * last rule always answers.
 */
public final class Decider {

  private final List<Rule> rules;

  /**
   * A decider.
   *
   * @param resyncInterval how often a settled resource's version table is read again
   */
  public Decider(Duration resyncInterval) {
    // An attempt under way is followed to its end before anything new is thought of: what the
    // resource asks for by then is decided on when it has ended.
    rules =
        Stream.concat(UnderWay.rules().stream(), new Settled(resyncInterval).rules().stream())
            .toList();
  }

  /** What follows from the observation. */
  public Decision decide(Observation observation) {
    if (observation.deleting()) {
      return new Decision.Leave();
    }
    Decision decision =
        rules.stream()
            .map(rule -> rule.apply(observation))
            .flatMap(Optional::stream)
            .findFirst()
            .orElseThrow();
    return observation.spec().suspend() ? suspended(decision) : decision;
  }

  private static Decision suspended(Decision decision) {
    return switch (decision) {
      case Decision.StartAttempt _, Decision.EnsureJob _ ->
          Decision.Report.of(
              Reason.SUSPENDED,
              "spec.suspend is true: no migration is started. Set it to false to go on");
      case Decision.Leave _,
          Decision.ReadDatabase _,
          Decision.ConcludeFailure _,
          Decision.ConcludeSuccess _,
          Decision.Report _ ->
          decision;
    };
  }
}
