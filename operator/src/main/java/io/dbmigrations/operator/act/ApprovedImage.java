package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.Reason;
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
  static Optional<ApprovedImage> of(DatabaseMigrationStatus status, String request) {
    AttemptStatus last = status.attempt();
    PlanStatus waiting = status.plan();
    if (last == null) {
      return Optional.empty();
    }
    boolean isSame = last.request().equals(request);
    if (waiting != null) {
      return Optional.of(new ApprovedImage(waiting.digest(), isSame ? waiting.image() : null));
    }
    return last.approval() == null || last.endedWith(Reason.AT_TARGET_REVISION)
        ? Optional.empty()
        : Optional.of(new ApprovedImage(last.approval().plan(), isSame ? last.image() : null));
  }
}
