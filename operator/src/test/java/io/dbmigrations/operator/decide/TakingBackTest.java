package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.check;
import static io.dbmigrations.operator.decide.Decisions.decide;
import static io.dbmigrations.operator.decide.Decisions.failure;
import static io.dbmigrations.operator.decide.Decisions.migrate;
import static io.dbmigrations.operator.testing.Attempts.IMAGE;
import static io.dbmigrations.operator.testing.Attempts.migrated;
import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AlembicSpec;
import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.HistoryEntryBuilder;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.report.StatusReport;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.Observations;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is decided where the image has no script for what the database has. */
class TakingBackTest {

  @Test
  void runsTheImageThatWasRecordedWithTheRows() {
    assertThat(next(concluded(reverted())))
        .isEqualTo(
            new Decision.StartAttempt(
                MigrationMode.MIGRATE,
                0,
                null,
                0,
                null,
                List.of("006"),
                new RecordedImage(
                    IMAGE, new AttemptCall(AlembicSpec.DEFAULT, "SHOP_URL", List.of("003")))));
  }

  @Test
  void runsItForAnInstantOfWhichTheDatabaseSaysWhatItMeans() {
    String instant = "@2026-01-11T10:00:00Z";
    Observations ahead = ahead(instant).history(migrated("003", "006"));
    RecordedImage recorded = ((Decision.StartAttempt) next(concluded(ahead))).recorded();
    // Revisions would leave the lines alone that the older image does not know.
    assertThat(recorded)
        .isEqualTo(
            new RecordedImage(
                IMAGE, new AttemptCall(AlembicSpec.DEFAULT, "SHOP_URL", List.of(instant))));
  }

  @Test
  void namesTheImageThatHasATargetWhichThisOneLacks() {
    DatabaseMigrationSpec spec = Observations.newResource().target("006").build().spec();
    Observations lacking =
        underWay(Ends.endedWith(Reason.REVISION_NOT_FOUND))
            .attempt(_ -> Attempts.intent(spec))
            .history(migrated("003", "006"));
    assertThat(failure(lacking).ended().outcome().message())
        .contains("The last image that is known to contain it is");
    assertThat(failure(lacking.history(migrated("001", "003"))).ended().outcome().message())
        .doesNotContain("known to contain");
  }

  @Test
  void tellsOfNoFailureInBetweenBecauseAnArgoCdSyncWouldFailOverIt() {
    Decision.ConcludeFailure failure = failure(reverted());
    assertThat(failure.goesOn()).isTrue();
    assertThat(StatusReport.failure(reverted().build(), failure).conditions().getFirst().reason())
        .isEqualTo("Pending");
  }

  @Test
  void takesTheOneThatLedThereOfSeveralThatAreRecorded() {
    HistoryEntry later =
        HistoryEntryBuilder.builder(migrated("006", "009"))
            .imageID(IMAGE.replace('2', '3'))
            .build();
    assertThat(image(reverted().history(later, migrated("003", "006")))).isEqualTo(IMAGE);
  }

  @Test
  void takesTheOneThatFoundItselfThereAfterAnEndThatNobodyHeardOf() {
    HistoryEntry found =
        HistoryEntryBuilder.builder(migrated("006", "006")).direction("None").steps(0).build();
    HistoryEntry lost =
        HistoryEntryBuilder.builder(migrated("003", "006"))
            .reason(Reason.POD_LOST.wireName())
            .to((String) null)
            .direction("None")
            .steps(0)
            .imageID(null)
            .build();
    assertThat(image(reverted().history(found, lost))).isEqualTo(IMAGE);
    assertThat(failure(reverted().history(lost)).ended().outcome().message())
        .contains("is not recorded here");
  }

  @Test
  void takesTheLastThatAppliedSomethingWhereNoneLedThere() {
    HistoryEntry down =
        HistoryEntryBuilder.builder(migrated("009", "004"))
            .direction("Downgrade")
            .imageID(IMAGE.replace('2', '3'))
            .build();
    assertThat(image(reverted().history(down, migrated("001", "005")))).isEqualTo(IMAGE);
  }

  @Test
  void confirmsWithTheImageOfTheSpecificationWhatTheOtherHasReached() {
    Observations reached = atTarget("003").attempt(Attempts.recorded("003")).read("003");
    assertThat(decide(reached)).isEqualTo(check().downFrom(List.of("003")));
  }

  @Test
  void repeatsARecordedImageThatFailedInPassing() {
    Observations failed =
        Observations.ended(Reason.LOCK_TIMEOUT, 0, Observations.NOW)
            .attempt(Attempts.recorded("003"));
    assertThat(((Decision.StartAttempt) decide(failed)).recorded())
        .isEqualTo(new RecordedImage(IMAGE, new AttemptCall(null, null, List.of("003"))));
  }

  @Test
  void asksTheImageOfTheSpecificationFirstAfterAnEdit() {
    Observations failed =
        Observations.ended(Reason.MIGRATION_FAILED, 0, null).attempt(Attempts.recorded("003"));
    assertThat(decide(failed.edited())).isEqualTo(migrate(0, null));
  }

  @Test
  void runsNoRecordedImageTwiceForOneThatDoesNotKnowTheRowsEither() {
    Observations again = reverted().attempt(Attempts.recorded("003"));
    assertThat(failure(again).goesOn()).isFalse();
    assertThat(failure(again).ended().outcome().message())
        .contains("migrations:2", "has no script for it now");
    assertThat(reason(next(concluded(again)))).isEqualTo(Reason.DATABASE_AHEAD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"head", "heads", "billing@head", "billing", "head-1", "002+1", "003,head"})
  void takesNothingBackForATargetThatMeansAnotherRevisionInAnotherImage(String target) {
    Observations ahead = ahead(target).history(migrated("003", "006"));
    Decision.ConcludeFailure failure = failure(ahead);
    assertThat(failure.goesOn()).isFalse();
    assertThat(failure.ended().outcome().message())
        .isEqualTo(
            "it is ahead. The last image that is known to contain it is migrations:2 (%s, Job agent-platform-earlier, 2026-01-11T10:00:00Z). Nothing goes down by itself to %s: name that image or a newer one in spec.image, or, to take back what this image does not know, set spec.targetRevision to 003"
                .formatted(IMAGE, target));
    assertThat(reason(next(concluded(ahead)))).isEqualTo(Reason.DATABASE_AHEAD);
  }

  @Test
  void saysThatNoneIsRecorded() {
    Decision.ConcludeFailure failure = failure(reverted().history());
    assertThat(failure.goesOn()).isFalse();
    assertThat(failure.ended().outcome().message()).contains("not recorded here");
  }

  @Test
  void saysWhatToDoWithOneThatHasNoDigest() {
    HistoryEntry unknown =
        HistoryEntryBuilder.builder(migrated("003", "006")).imageID(null).build();
    Decision.ConcludeFailure failure = failure(reverted().history(unknown));
    assertThat(failure.goesOn()).isFalse();
    assertThat(failure.ended().outcome().message())
        .contains("known to contain it is migrations:2 (Job", "no digest", "spec.image");
  }

  @Test
  void leavesItToTheEditThatCameMeanwhile() {
    Observation edited = concluded(reverted().target("004"));
    assertThat(next(edited)).isEqualTo(migrate(0, null));
  }

  private static Observations reverted() {
    return ahead("003").history(migrated("003", "006"));
  }

  /** The attempt for that target has ended at 006, for which its image has no script. */
  private static Observations ahead(String target) {
    DatabaseMigrationSpec spec = Observations.newResource().target(target).build().spec();
    return underWay(Ends.ahead(List.of("006"), "003"))
        .target(target)
        .attempt(_ -> Attempts.intent(spec));
  }

  private static String image(Observations observations) {
    RecordedImage recorded = ((Decision.StartAttempt) next(concluded(observations))).recorded();
    assertThat(recorded).isNotNull();
    return recorded.image();
  }

  /** The same once its end is written down. */
  private static Observation concluded(Observations observations) {
    Observation before = observations.build();
    return before.with(
        StatusReport.failure(before, failure(observations)), new AttemptState.Missing());
  }

  private static Decision next(Observation observation) {
    return new Decider(Decisions.RESYNC).decide(observation);
  }

  private static Reason reason(Decision decision) {
    return ((Decision.Report) decision).reason();
  }
}
