package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.Observation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The plan whose approval the next attempt has, and the image that has found it: with that very one
 * it runs, whatever its tag points at by now, and so do its repetitions.
 *
 * @param plan its digest
 * @param image null where it is not known
 */
record ApprovedImage(String plan, @Nullable String image) {

  /**
   * Where a plan waits, or was approved and has not reached its target; the image only while the
   * resource asks for the same.
   */
  static Optional<ApprovedImage> of(Observation observation) {
    AttemptStatus last = observation.status().attempt();
    PlanStatus waiting = observation.status().plan();
    if (last == null) {
      return Optional.empty();
    }
    // Who asks anew asks what the tag stands for by now: the runner compares it with what was
    // approved. And the image that takes back what another one does not know is called as it was
    // then, and has its word confirmed: it is nothing that the specification could be run with.
    boolean isItsOwn = !observation.asksForMoreThan(last) && !last.hasRecordedImage();
    if (waiting != null) {
      return Optional.of(new ApprovedImage(waiting.digest(), isItsOwn ? waiting.image() : null));
    }
    return last.approval() == null || last.endedWith(Reason.AT_TARGET_REVISION)
        ? Optional.empty()
        : Optional.of(new ApprovedImage(last.approval().plan(), isItsOwn ? last.image() : null));
  }
}
