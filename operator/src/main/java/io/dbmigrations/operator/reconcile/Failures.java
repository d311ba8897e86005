package io.dbmigrations.operator.reconcile;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.act.StaleResourceException;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.report.StatusReport;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the status that a reconcile failed: a log alone is read by nobody who waits. */
final class Failures {

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** A defect: the exception's own words may hold anything, so only its place is told. */
  static void tell(Observation observation, StatusPatch patch, RuntimeException failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    String message =
        "The operator failed (%s at %s). Report it with the operator's log; it is tried again by itself"
            .formatted(
                failure.getClass().getSimpleName(), trace.length == 0 ? "no place" : trace[0]);
    tell(observation, patch, Reason.INTERNAL_ERROR, message, failure);
  }

  /**
   * Whatever the reason; where the status cannot be written either, the failure stays the first.
   */
  static void tell(
      Observation observation,
      StatusPatch patch,
      Reason reason,
      String message,
      RuntimeException failure) {
    Observation current = observation.with(patch.current(), observation.attemptState());
    try {
      patch.write(StatusReport.report(current, Decision.Report.of(reason, message)));
    } catch (KubernetesClientException | StaleResourceException e) {
      LOG.warn("The status could not tell of it: {}", e.getMessage());
      failure.addSuppressed(e);
    }
  }
}
