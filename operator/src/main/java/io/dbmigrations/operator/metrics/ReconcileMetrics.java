package io.dbmigrations.operator.metrics;

import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** Measures the reconciles that the SDK has executed. */
final class ReconcileMetrics implements Metrics {

  private final Timer ended;
  private final Timer failed;

  ReconcileMetrics(Instruments instruments) {
    ended = instruments.timer(Metric.RECONCILE_DURATION, "Ended");
    failed = instruments.timer(Metric.RECONCILE_DURATION, "Failed");
  }

  @Override
  public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
    long start = System.nanoTime();
    Timer timer = failed;
    try {
      T result = execution.execute();
      timer = ended;
      return result;
    } finally {
      timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }
  }
}
