package io.dbmigrations.operator.report;

import static io.dbmigrations.operator.testing.Ends.differing;
import static io.dbmigrations.operator.testing.Ends.endedWith;
import static io.dbmigrations.operator.testing.Ends.rowsBeside;
import static io.dbmigrations.operator.testing.Ends.rowsOfTenants;
import static io.dbmigrations.operator.testing.Ends.succeeded;
import static io.dbmigrations.operator.testing.Ends.succeededForTenants;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.OutcomeBuilder;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.testing.KnownDatabases;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the status says where env.py migrates a version table for each tenant. */
class SeveralTablesReportTest {

  private static final Duration RESYNC = Duration.ofMinutes(5);

  @Test
  void saysWhichVersionTablesThereAreAndThatAllOfThemWereRead() {
    DatabaseMigrationStatus status =
        StatusReport.success(
            underWay(succeededForTenants("003")).read(Duration.ZERO, rowsOfTenants("003")).build(),
            new Decision.ConcludeSuccess(succeededForTenants("003"), List.of("003")));

    assertThat(ready(status).status()).isEqualTo("True");
    assertThat(status.database().versionTable()).isNull();
    assertThat(status.database().versionTables())
        .containsExactly("a.alembic_version", "b.alembic_version", "c.alembic_version");
    assertThat(observed(status).status()).isEqualTo("True");
    assertThat(observed(status).message())
        .isEqualTo("All 3 version tables of database platform were read");
  }

  @Test
  void remembersTheOtherTablesThatAJobLooksIntoAndNoLaterOnes() {
    Observation before =
        atTarget("003")
            .database(KnownDatabases.tenantsBeside())
            .read(Duration.ZERO, rowsBeside(List.of("d.v"), "003"))
            .build();
    Decision.Report kept = Decision.Report.of(Reason.AT_TARGET_REVISION, "at 003");
    assertThat(StatusReport.report(before, kept).database().otherTables()).isEmpty();
    assertThat(StatusReport.intent(before, before.status().attempt()).database().otherTables())
        .containsExactly("d.v");
    Observation ended =
        underWay(succeededForTenants("003"))
            .read(Duration.ZERO, rowsBeside(List.of("e.v"), "003"))
            .build();
    assertThat(
            StatusReport.success(
                    ended, new Decision.ConcludeSuccess(succeededForTenants("003"), List.of("003")))
                .database()
                .otherTables())
        .containsExactly("e.v");
  }

  @Test
  void doesNotSayReadyOfSeveralVersionTablesThatDiffer() {
    Observation observation =
        underWay(succeededForTenants("003"))
            .read(Duration.ZERO, differing("003", "002", null))
            .build();
    DatabaseMigrationStatus status =
        StatusReport.success(
            observation, new Decision.ConcludeSuccess(succeededForTenants("003"), List.of("003")));

    assertThat(ready(status).status()).isEqualTo("Unknown");
    assertThat(status.currentRevision()).isNull();
    assertThat(observed(status).message()).contains("do not all hold the same");
    Observation next = observation.with(status, observation.attemptState());
    DatabaseMigrationStatus then =
        StatusReport.report(next, (Decision.Report) new Decider(RESYNC).decide(next));
    assertThat(ready(then).reason()).isEqualTo("RevisionDrifted");
    assertThat(ready(then).message())
        .contains("b.alembic_version has 002, c.alembic_version is gone");
    assertThat(then.currentRevision()).isNull();
  }

  @Test
  void learnsWhichVersionTablesThereAreOnlyFromARunThatCameToAll() {
    Observation observation = atTarget("003").database(KnownDatabases.TENANTS).build();
    Outcome part =
        OutcomeBuilder.builder(endedWith(Reason.MIGRATION_FAILED).outcome())
            .after(List.of("002"))
            .versionTable("a.alembic_version")
            .versionTables(VersionTables.of("a.alembic_version"))
            .build();
    DatabaseMigrationStatus status =
        StatusReport.failure(
            observation, new Decision.ConcludeFailure(AttemptState.Ended.with(part), null, false));

    assertThat(status.database()).isEqualTo(observation.status().database());
    assertThat(status.currentRevision()).isNull();
    DatabaseMigrationStatus one =
        StatusReport.success(
            observation, new Decision.ConcludeSuccess(succeeded("003"), List.of("003")));
    assertThat(one.database().versionTable()).isEqualTo("public.alembic_version");
    assertThat(one.database().versionTables()).isNull();
  }

  @Test
  void countsVersionTablesThatCouldNotBeNamed() {
    Outcome many =
        OutcomeBuilder.builder(succeeded("003").outcome())
            .versionTable(null)
            .versionTables(new VersionTables(900, List.of()))
            .build();
    DatabaseMigrationStatus status =
        StatusReport.success(
            underWay(AttemptState.Ended.with(many)).build(),
            new Decision.ConcludeSuccess(AttemptState.Ended.with(many), List.of("003")));

    assertThat(status.database().versionTableCount()).isEqualTo(900);
    assertThat(status.database().versionTables()).isNull();
  }

  private static Condition observed(DatabaseMigrationStatus status) {
    return status.condition(Condition.DATABASE_OBSERVED).orElseThrow();
  }

  private static Condition ready(DatabaseMigrationStatus status) {
    return status.condition(Condition.READY).orElseThrow();
  }
}
