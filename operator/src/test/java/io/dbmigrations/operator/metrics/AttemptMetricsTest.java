package io.dbmigrations.operator.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.OutcomeBuilder;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.ClusterObjects;
import io.dbmigrations.operator.testing.Ends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AttemptMetricsTest {

  private final Instruments instruments = new Instruments();
  private final AttemptMetrics metrics = new AttemptMetrics(instruments);

  @Test
  void countsAMigrationByResultReasonAndDirectionWithItsStepsAndItsDuration() throws IOException {
    metrics.concluded(attempt(MigrationMode.MIGRATE), Ends.succeeded("003"), false);

    assertThat(of(Metric.MIGRATIONS))
        .containsExactly(
            Map.entry(
                "dbmigration_migrations_total{direction=\"Upgrade\",reason=\"AtTargetRevision\",result=\"Succeeded\"}",
                1.0));
    assertThat(of(Metric.MIGRATION_STEPS))
        .containsEntry("dbmigration_migration_steps_total{direction=\"Upgrade\"}", 3.0)
        .containsEntry("dbmigration_migration_steps_total{direction=\"Downgrade\"}", 0.0);
    assertThat(of(Metric.MIGRATION_DURATION))
        .as("by the kubelet's times")
        .containsEntry(
            "dbmigration_migration_duration_seconds_sum{direction=\"Upgrade\",result=\"Succeeded\"}",
            1.0)
        .containsEntry(
            "dbmigration_migration_duration_seconds_bucket{direction=\"Upgrade\",result=\"Succeeded\",le=\"21600.0\"}",
            1.0);
    assertThat(of(Metric.ATTEMPTS))
        .containsEntry("dbmigration_attempts_total{mode=\"Migrate\",result=\"Succeeded\"}", 1.0)
        .containsEntry("dbmigration_attempts_total{mode=\"Migrate\",result=\"Failed\"}", 0.0)
        .hasSize(9);
  }

  @Test
  void takesTheRunnersWordForHowLongItTook() throws IOException {
    AttemptState.Ended ended = Ends.succeeded("003");
    AttemptState.Ended told =
        new AttemptState.Ended(
            OutcomeBuilder.builder(ended.outcome()).durationMs(250).build(),
            null,
            ended.startedAt(),
            ended.finishedAt());
    metrics.concluded(attempt(MigrationMode.MIGRATE), told, false);
    assertThat(of(Metric.MIGRATION_DURATION))
        .containsEntry(
            "dbmigration_migration_duration_seconds_sum{direction=\"Upgrade\",result=\"Succeeded\"}",
            0.25);
  }

  @Test
  void callsAPlanThatWaitsNoFailure() throws IOException {
    metrics.concluded(
        attempt(MigrationMode.MIGRATE), Ends.endedWith(Reason.APPROVAL_REQUIRED), false);
    assertThat(of(Metric.MIGRATIONS).keySet())
        .singleElement()
        .asString()
        .contains("result=\"Held\"", "reason=\"ApprovalRequired\"");
  }

  @Test
  void countsALookAsAnAttemptAlone() throws IOException {
    metrics.concluded(attempt(MigrationMode.CHECK), Ends.succeeded("003"), false);
    assertThat(of(Metric.MIGRATIONS)).isEmpty();
    assertThat(of(Metric.ATTEMPTS))
        .containsEntry("dbmigration_attempts_total{mode=\"Check\",result=\"Succeeded\"}", 1.0);
  }

  @Test
  void countsWhatAnotherImageTakesUpAtOnceWhenThatHasEnded() throws IOException {
    metrics.concluded(attempt(MigrationMode.MIGRATE), Ends.endedWith(Reason.DATABASE_AHEAD), true);
    assertThat(of(Metric.MIGRATIONS)).isEmpty();
    assertThat(of(Metric.ATTEMPTS))
        .containsEntry("dbmigration_attempts_total{mode=\"Migrate\",result=\"Failed\"}", 1.0);
  }

  @Test
  void tellsTheLocksApartThatSomebodyElseHeld() throws IOException {
    metrics.concluded(attempt(MigrationMode.MIGRATE), Ends.endedWith(Reason.LOCK_TIMEOUT), false);
    metrics.concluded(attempt(MigrationMode.CHECK), Ends.endedWith(Reason.DATABASE_BUSY), false);
    metrics.concluded(attempt(MigrationMode.CHECK), Ends.endedWith(Reason.DATABASE_BUSY), false);
    assertThat(of(Metric.LOCK_TIMEOUTS))
        .containsExactly(
            Map.entry("dbmigration_lock_timeouts_total{lock=\"migrators\"}", 2.0),
            Map.entry("dbmigration_lock_timeouts_total{lock=\"statement\"}", 1.0));
  }

  private static AttemptStatus attempt(MigrationMode mode) {
    return AttemptStatusBuilder.builder(Attempts.intent(ClusterObjects.resource().getSpec()))
        .mode(mode)
        .build();
  }

  private Map<String, Double> of(Metric metric) throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    instruments.write(page, SampleText.CONTENT_TYPE);
    return new TreeMap<>(Scrape.of(page.toString(UTF_8)).of(metric));
  }
}
