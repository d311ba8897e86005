package io.dbmigrations.operator.report;

import static io.dbmigrations.operator.testing.Ends.succeeded;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.ProgressStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.observe.Observation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How far a migration is stands in the status while it runs, and no longer. */
class ProgressReportTest {

  @Test
  void tellsHowFarItIsWhileItRuns() {
    var step = new ProgressStatus(2, 5, "003", "Upgrade", "2026-01-11T09:59:00Z", null);
    Observation running = underWay(new AttemptState.Running("pod", NOW, null, step)).build();
    Decision.Report said = Decision.Report.of(Reason.MIGRATING, "it runs");
    DatabaseMigrationStatus status = StatusReport.report(running, said);
    assertThat(status.progress()).isEqualTo(step);
    Observation ended = running.with(status, succeeded("003"));
    assertThat(
            StatusReport.success(
                    ended, new Decision.ConcludeSuccess(succeeded("003"), List.of("003")))
                .progress())
        .isNull();
  }
}
