package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.RESYNC;
import static io.dbmigrations.operator.decide.Decisions.migrate;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.UID;
import static io.dbmigrations.operator.testing.Observations.newResource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.Setup;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.job.MigrationRequest;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.observe.Reading;
import io.dbmigrations.operator.observe.Urgency;
import io.dbmigrations.operator.testing.Declared;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.Observations;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is decided first on a resource, whose version table it declares or its database knows. */
class RecognitionTest {

  private static final String OCCASION = JobName.of("agent-platform", UID, 0) + "/1";

  @Test
  void readsTheTableBeforeAnyJob() {
    assertThat(decide(of("003")))
        .isEqualTo(
            new Decision.ReadDatabase(
                OCCASION, VersionTables.of("public.alembic_version"), Urgency.AWAITED));
  }

  @Test
  void needsNoJobWhereTheOnlyRowIsTheTarget() {
    Decision decision = decide(of("003").readFor(OCCASION, "003"));
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Recognize.class,
            found -> assertThat(found.rows().revisions()).containsExactly("003"));
    assertThat(decide(of("003").suspended().readFor(OCCASION, "003"))).isEqualTo(decision);
  }

  @Test
  void leavesEverythingElseToAJob() {
    assertThat(decide(of("003").readFor(OCCASION, "002"))).isEqualTo(migrate(0, null));
    assertThat(decide(of("003").readFor(OCCASION, "003", "004"))).isEqualTo(migrate(0, null));
    assertThat(decide(of("003").readFor(OCCASION))).isEqualTo(migrate(0, null));
    for (DatabaseReading nothing :
        List.of(
            Ends.noTable(),
            new DatabaseReading.Refused(Reason.DATABASE_UNREACHABLE, "no answer"))) {
      assertThat(decide(nothing)).isEqualTo(migrate(0, null));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "head",
        "heads",
        "base",
        "head-1",
        "003,004",
        "billing@head",
        "@2026-01-11T10:00:00Z"
      })
  void readsNothingForATargetThatIsNoRevision(String target) {
    assertThat(decide(of(target))).isEqualTo(migrate(0, null));
  }

  @Test
  void asksTheDatabaseForTheTableWhereNoneIsDeclared() {
    Observation undeclared = of("003").build();
    Setup setup = new Setup("platform/agent-platform", MigrationRequest.setup(undeclared.spec()));

    assertThat(new Decider(RESYNC).decide(undeclared))
        .isEqualTo(
            new Decision.ReadDatabase(OCCASION, VersionTables.noted(setup), Urgency.AWAITED));
    assertThat(Decisions.decide(of("003").readFor(OCCASION, "003")))
        .isInstanceOfSatisfying(
            Decision.Recognize.class,
            found ->
                assertThat(found.tables()).isEqualTo(VersionTables.of("public.alembic_version")));
  }

  @Test
  void readsNothingWhereJobsRead() {
    assertThat(decide(of("003").unreadable())).isEqualTo(migrate(0, null));
    assertThat(Decisions.decide(of("003").unreadable())).isEqualTo(migrate(0, null));
  }

  @Test
  void believesNoReadingBesideAPodThatMayStillMigrate() {
    Observations beside = of("003").readFor(OCCASION, "003").predecessors("a-former-one");
    assertThat(((Decision.Report) decide(beside)).message()).contains("a-former-one");
  }

  @Test
  void leavesItToAJobBesideOneThatMayStillMakeAPod() {
    Observation beside = of("003").readFor(OCCASION, "003").build();
    assertThat(
            new Decider(RESYNC)
                .decide(ObservationBuilder.builder(beside).unfinishedJob(true).build()))
        .isEqualTo(migrate(0, null));
  }

  @Test
  void believesNoReadingOfAnotherResourceOrGeneration() {
    Observations former = of("003").readFor("agent-platform-0-another/1", "003");
    assertThat(decide(former)).isInstanceOf(Decision.ReadDatabase.class);
    Observations edited = of("003").readFor(OCCASION, "003").edited();
    assertThat(decide(edited)).isInstanceOf(Decision.ReadDatabase.class);
  }

  private static Observations of(String target) {
    return newResource().target(target);
  }

  private static Decision decide(Observations observations) {
    return new Decider(RESYNC)
        .decide(Declared.versionTable("public.alembic_version", observations));
  }

  private static Decision decide(DatabaseReading found) {
    Observation declared = Declared.versionTable("public.alembic_version", of("003"));
    return new Decider(RESYNC)
        .decide(
            ObservationBuilder.builder(declared)
                .reading(new Reading(found, OCCASION, NOW, 1, "1"))
                .build());
  }
}
