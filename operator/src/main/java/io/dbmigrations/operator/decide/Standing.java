package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.operator.observe.Observation;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What was said of a database last, which stays until something says otherwise. */
final class Standing {

  /** How many readings in vain hide it: a server that restarts turns nobody's dashboard red. */
  static final int HIDDEN_AFTER = 3;

  /** Seen for certain, so that no reading that says nothing takes it back. */
  static final Set<Reason> CONTRADICTIONS =
      EnumSet.of(Reason.REVISION_DRIFTED, Reason.DATABASE_MISSING, Reason.DATABASE_CLAIMED);

  private Standing() {}

  /** Whether that was the last word. */
  static boolean is(Set<Reason> reasons, Observation observation) {
    return ready(observation).filter(reasons::contains).isPresent();
  }

  /** Whether it is of this generation, and no word of passage between two states. */
  static boolean isOfThisGeneration(Observation observation) {
    return observation
            .status()
            .condition(Condition.READY)
            .filter(ready -> ready.observedGeneration() == observation.generation())
            .isPresent()
        && ready(observation)
            .filter(reason -> reason.reasonClass() != ReasonClass.PROGRESSING)
            .filter(reason -> reason != Reason.SUSPENDED)
            .isPresent();
  }

  /** Whether it is of this generation, and says how the database is and not that nobody knows. */
  static boolean isCertain(Observation observation) {
    return isOfThisGeneration(observation)
        && observation
            .status()
            .condition(Condition.READY)
            .filter(ready -> !ready.status().equals(Condition.UNKNOWN))
            .isPresent();
  }

  /** The last word once more. */
  static Decision.Report again(Observation observation) {
    Condition ready = observation.status().condition(Condition.READY).orElseThrow();
    Decision.Report report =
        Decision.Report.of(Reason.of(ready.reason()).orElseThrow(), ready.message());
    return ready.status().equals(Condition.UNKNOWN) ? report.shownAs(ReasonClass.UNSEEN) : report;
  }

  /** The last word, if it is one of where the database is, or of what hides that. */
  static Optional<Decision.Report> ofTheDatabase(Observation observation) {
    return ready(observation)
        .map(_ -> again(observation))
        .filter(said ->
            said.reason() == Reason.AT_TARGET_REVISION
                || CONTRADICTIONS.contains(said.reason())
                || (said.shown() == ReasonClass.UNSEEN
                    && said.reason().reasonClass() != ReasonClass.PROGRESSING));
  }

  /** What is said of a database that was there, and that something hides now. */
  static Decision.Report hidden(Reason reason, String message, String where, String remedy) {
    return Decision.Report.of(
            reason,
            "%s That the database is still at %s, where it was, cannot be confirmed%s"
                .formatted(Messages.sentence(message), where, remedy))
        .shownAs(ReasonClass.UNSEEN);
  }

  private static Optional<Reason> ready(Observation observation) {
    return observation
        .status()
        .condition(Condition.READY)
        .flatMap(ready -> Reason.of(ready.reason()));
  }
}
