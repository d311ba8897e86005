package io.dbmigrations.operator.report;

import static io.dbmigrations.operator.testing.Attempts.migrated;
import static io.dbmigrations.operator.testing.Ends.endedWith;
import static io.dbmigrations.operator.testing.Ends.succeeded;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AlembicSpec;
import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.HistoryEntryBuilder;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.OutcomeBuilder;
import io.dbmigrations.operator.observe.Observation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a status remembers of the last migrations. */
class HistoryTest {

  private static final AttemptCall CALL =
      new AttemptCall(AlembicSpec.DEFAULT, "SHOP_URL", List.of("003"));

  @Test
  void saysWhatRanAndHowItWasCalledWhateverTheSpecificationSaysByNow() {
    Observation observation =
        underWay(succeeded("003")).image("migrations:9").attempt(HistoryTest::called).build();
    List<HistoryEntry> history =
        StatusReport.success(
                observation, new Decision.ConcludeSuccess(succeeded("003"), List.of("003")))
            .history();

    assertThat(history)
        .singleElement()
        .satisfies(entry -> {
          assertThat(entry.image()).isEqualTo("migrations:1");
          assertThat(entry.imageID()).isEqualTo("sha256:1");
          assertThat(entry.call())
              .isEqualTo(new AttemptCall(AlembicSpec.DEFAULT, "SHOP_URL", null));
          assertThat(entry.from()).isEqualTo("base");
          assertThat(entry.to()).isEqualTo("003");
          assertThat(entry.steps()).isEqualTo(3);
          assertThat(entry.reason()).isEqualTo("AtTargetRevision");
        });
  }

  @Test
  void hasFailuresAndNoChecks() {
    Observation failed = underWay(endedWith(Reason.MIGRATION_FAILED)).build();
    Observation checked =
        underWay(endedWith(Reason.REVISION_DRIFTED)).mode(MigrationMode.CHECK).build();

    assertThat(history(failed, Reason.MIGRATION_FAILED))
        .extracting(HistoryEntry::reason)
        .containsExactly("MigrationFailed");
    assertThat(history(checked, Reason.REVISION_DRIFTED)).isEmpty();
  }

  @Test
  void hasWhatWasFoundDoneAfterAnEndThatNobodyHeardOf() {
    AttemptState.Ended found =
        succeeded("003")
            .told(OutcomeBuilder.builder(succeeded("003").outcome()).applied(0).build());
    HistoryEntry lost =
        HistoryEntryBuilder.builder(failure("PodLost"))
            .image(underWay(found).build().spec().image())
            .to((String) null)
            .build();
    assertThat(after(found, lost))
        .first()
        .satisfies(entry -> {
          assertThat(entry.to()).isEqualTo("003");
          assertThat(entry.steps()).isZero();
          assertThat(entry.knowsItsEnd()).isTrue();
          assertThat(entry.imageID()).isEqualTo("sha256:1");
        });
    HistoryEntry another = HistoryEntryBuilder.builder(lost).image("migrations:0").build();
    for (HistoryEntry other : List.of(another, failure("PodLost"), migrated("001", "003"))) {
      assertThat(after(found, other)).containsExactly(other);
    }
  }

  @Test
  void saysWhatTheServerHasConfirmedWhereItCouldNotBeReadAgain() {
    AttemptState.Ended unread =
        endedWith(Reason.DATABASE_UNREACHABLE)
            .told(
                OutcomeBuilder.builder(endedWith(Reason.DATABASE_UNREACHABLE).outcome())
                    .before(List.of())
                    .left(List.of("003"))
                    .applied(3)
                    .build());
    assertThat(
            StatusReport.failure(
                    underWay(unread).build(), new Decision.ConcludeFailure(unread, null, false))
                .history())
        .singleElement()
        .satisfies(entry -> {
          assertThat(entry.to()).isEqualTo("003");
          assertThat(entry.steps()).isEqualTo(3);
        });
  }

  @Test
  void hasAFailureThatIsRepeatedOnce() {
    HistoryEntry first = failure("LockTimeout");
    List<HistoryEntry> history =
        History.with(History.with(List.of(), first), failure("LockTimeout"));
    assertThat(history).hasSize(1);
    assertThat(History.with(history, failure("MigrationFailed"))).hasSize(2);
  }

  @Test
  void forgetsFailuresBeforeTheImageThatAppliedWhatIsThere() {
    List<HistoryEntry> history = History.with(List.of(), migrated("003", "006"));
    for (int i = 0; i < 30; i++) {
      history = History.with(history, failure("Reason" + i));
    }
    assertThat(history).hasSize(History.LENGTH).endsWith(migrated("003", "006"));
    assertThat(history.getFirst().reason()).isEqualTo("Reason29");
  }

  private static List<HistoryEntry> history(Observation observation, Reason reason) {
    return StatusReport.failure(
            observation, new Decision.ConcludeFailure(endedWith(reason), null, false))
        .history();
  }

  private static List<HistoryEntry> after(AttemptState.Ended ended, HistoryEntry last) {
    return StatusReport.success(
            underWay(ended).history(last).build(),
            new Decision.ConcludeSuccess(ended, List.of("003")))
        .history();
  }

  private static HistoryEntry failure(String reason) {
    return HistoryEntryBuilder.builder(migrated("003", "003"))
        .reason(reason)
        .direction("None")
        .steps(0)
        .build();
  }

  private static AttemptStatus called(AttemptStatus attempt) {
    return AttemptStatusBuilder.builder(attempt).call(CALL).build();
  }
}
