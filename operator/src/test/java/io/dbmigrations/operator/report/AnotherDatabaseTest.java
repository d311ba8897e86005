package io.dbmigrations.operator.report;

import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseIdentity;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.OutcomeBuilder;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.JobReadings;
import io.dbmigrations.operator.testing.KnownDatabases;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said where the URL leads to another database than the run went to. */
class AnotherDatabaseTest {

  private static final Decider DECIDER = new Decider(Duration.ofMinutes(5));

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isToldAfterTheVeryFirstRunWhoseSecretWasChangedMeanwhile(boolean exclusive) {
    Observation first =
        underWay(migrated("7", "b3x", exclusive)).read(Duration.ZERO, empty("7", "b3y")).build();
    DatabaseMigrationStatus status = Reporting.status(first, DECIDER.decide(first));
    assertThat(status.database().name()).isEqualTo("b3x");
    assertThat(ready(status).status()).isEqualTo("Unknown");

    Observation next = first.with(status, first.attemptState());
    DatabaseMigrationStatus told = Reporting.status(next, DECIDER.decide(next));
    assertThat(ready(told).reason()).isEqualTo("RevisionDrifted");
    assertThat(ready(told).message())
        .contains("leads to another database, b3y; this resource migrated b3x", "hostAliases");
    assertThat(told.database().name()).isEqualTo("b3x");
    Observation again = next.with(told, next.attemptState());
    assertThat(Reporting.status(again, DECIDER.decide(again))).isEqualTo(told);
  }

  @Test
  void isToldByTheServersIdentifierWhereTheNamesAreTheSame() {
    Observation first =
        underWay(migrated("7", "shop", true)).read(Duration.ZERO, empty("8", "shop")).build();
    Observation next =
        first.with(Reporting.status(first, DECIDER.decide(first)), first.attemptState());
    assertThat(((Decision.Report) DECIDER.decide(next)).message())
        .contains("shop of the server with the system identifier 8")
        .contains("shop of the server with the system identifier 7");
  }

  @Test
  void isToldWhereAJobReads() {
    AttemptState.Ended found =
        AttemptState.Ended.with(
            OutcomeBuilder.builder(Ends.endedWith(Reason.REVISION_DRIFTED).outcome())
                .after(List.of())
                .database(DatabaseStatus.of("7", "staging"))
                .versionTable(Ends.TABLE)
                .build());
    Observation reading =
        JobReadings.byJob(
            underWay(found).mode(MigrationMode.CHECK).database(KnownDatabases.ONE).build());
    DatabaseMigrationStatus status = Reporting.status(reading, DECIDER.decide(reading));
    assertThat(ready(status).message())
        .contains("another database, staging; this resource migrated platform");
    assertThat(status.database().name()).isEqualTo("platform");
  }

  @Test
  void becomesTheResourcesOwnOnceItIsMigrated() {
    Observation moved =
        underWay(migrated(null, "staging", true)).database(KnownDatabases.ONE).unreadable().build();
    DatabaseMigrationStatus status = Reporting.status(moved, DECIDER.decide(moved));
    assertThat(status.database().name()).isEqualTo("staging");
    assertThat(status.database().system()).isNull();
  }

  @Test
  void doesNotTakeRowsForRightOnesThatWereOnlyRead() {
    HeldRows held = new HeldRows(List.of("b3"), false);
    Observation ended = underWay(Ends.succeeded(held, "a1", "b3")).read("a1").build();
    DatabaseMigrationStatus status = Reporting.status(ended, DECIDER.decide(ended));
    Observation next = ended.with(status, ended.attemptState());
    assertThat(DECIDER.decide(next)).isInstanceOf(Decision.StartAttempt.class);
  }

  private static AttemptState.Ended migrated(String system, String name, boolean exclusive) {
    AttemptState.Ended end = Ends.succeeded(new HeldRows(List.of("003"), exclusive), "003");
    return end.told(
        OutcomeBuilder.builder(end.outcome()).database(DatabaseStatus.of(system, name)).build());
  }

  private static DatabaseReading.Rows empty(String system, String name) {
    return new DatabaseReading.Rows(
        List.of(), false, "17.6", new DatabaseIdentity(system, name, Ends.ONE, List.of()));
  }

  private static Condition ready(DatabaseMigrationStatus status) {
    return status.condition(Condition.READY).orElseThrow();
  }
}
