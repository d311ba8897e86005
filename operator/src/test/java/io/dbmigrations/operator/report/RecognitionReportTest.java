package io.dbmigrations.operator.report;

import static io.dbmigrations.operator.testing.Observations.UID;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.job.MigrationRequest;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.observe.Reading;
import io.dbmigrations.operator.testing.Declared;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A database that is found at its target before any Job, and what comes after. */
class RecognitionReportTest {

  private static final Decider DECIDER = new Decider(Duration.ofMinutes(5));

  private final Observation found =
      Declared.versionTable(
          Ends.TABLE,
          Observations.newResource()
              .target("003")
              .readFor(JobName.of("agent-platform", UID, 0) + "/1", "003"));
  private final DatabaseMigrationStatus status =
      StatusReport.recognition(found, (Decision.Recognize) DECIDER.decide(found));

  @Test
  void isReadyAndSaysWhichTableWasRead() {
    assertThat(status.condition(Condition.READY))
        .hasValueSatisfying(ready -> {
          assertThat(ready.status()).isEqualTo(Condition.TRUE);
          assertThat(ready.message()).contains("003");
        });
    assertThat(status.condition(Condition.DATABASE_OBSERVED).orElseThrow().status())
        .isEqualTo(Condition.TRUE);
    assertThat(status.currentRevision()).isEqualTo("003");
    assertThat(status.targetRevisions()).containsExactly("003");
    assertThat(status.database().versionTable()).isEqualTo(Ends.TABLE);
    assertThat(status.database().name()).isEqualTo("platform");
    assertThat(status.attempt().neededNoJob()).isTrue();
    assertThat(status.history()).isEmpty();
    assertThat(status.lastMigration()).isNull();
  }

  @Test
  void readsNothingTwiceAndIsSilentThen() {
    Decision next = DECIDER.decide(later());
    assertThat(next).isInstanceOf(Decision.Report.class);
    assertThat(StatusReport.report(later(), (Decision.Report) next)).isEqualTo(status);
  }

  @Test
  void otherRowsAreLookedIntoByAJobThatMigratesNothing() {
    Observation moved = read("004");
    assertThat(DECIDER.decide(moved))
        .isInstanceOfSatisfying(
            Decision.StartAttempt.class,
            start -> assertThat(start.mode()).isEqualTo(MigrationMode.CHECK));
    assertThat(DECIDER.decide(read("003", "b01"))).isInstanceOf(Decision.Report.class);
  }

  @Test
  void anEditOfTheTargetMigrates() {
    var spec = DatabaseMigrationSpecBuilder.builder(found.spec()).targetRevision("004").build();
    Observation edited =
        ObservationBuilder.builder(later())
            .spec(spec)
            .generation(2)
            .request(MigrationRequest.hash(spec))
            .build();
    assertThat(DECIDER.decide(edited))
        .isInstanceOfSatisfying(
            Decision.StartAttempt.class,
            start -> {
              assertThat(start.mode()).isEqualTo(MigrationMode.MIGRATE);
              assertThat(start.downFrom()).isNull();
            });
  }

  @Test
  void anEditOfATimeoutIsAnsweredWithoutAJob() {
    Observation edited = ObservationBuilder.builder(later()).generation(2).build();
    assertThat(DECIDER.decide(edited)).isInstanceOf(Decision.ReadDatabase.class);
  }

  @Test
  void theStatusNamesNoJobThatCouldBeMistakenForAnother() {
    AttemptStatus attempt = status.attempt();
    assertThat(attempt.job()).isEqualTo(JobName.of("agent-platform", UID, 0));
    assertThat(attempt.endedWith(Reason.AT_TARGET_REVISION)).isTrue();
  }

  private Observation later() {
    return ObservationBuilder.builder(found).status(status).build();
  }

  private Observation read(String... rows) {
    Reading before = found.reading();
    return ObservationBuilder.builder(later())
        .reading(
            new Reading(Ends.rows(rows), before.occasion(), before.at(), 0, before.secretVersion()))
        .build();
  }
}
