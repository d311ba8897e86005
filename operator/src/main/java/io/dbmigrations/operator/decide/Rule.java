package io.dbmigrations.operator.decide;

import io.dbmigrations.operator.observe.Observation;
import java.util.Optional;

/** Answers where it applies, and is silent where it does not. */
@FunctionalInterface
interface Rule {

  Optional<Decision> apply(Observation observation);
}
