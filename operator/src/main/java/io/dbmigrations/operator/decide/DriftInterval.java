package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.Durations;
import io.dbmigrations.operator.observe.Observation;
import java.time.Duration;

/**
 * How often a database that is settled is read again.
 *
 * @param resync where the resource says nothing
 */
record DriftInterval(Duration resync) {

  Duration of(Observation observation) {
    String own = observation.spec().drift().interval();
    return own == null ? resync : Durations.parse(own);
  }
}
