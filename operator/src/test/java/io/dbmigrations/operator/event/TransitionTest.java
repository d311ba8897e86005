package io.dbmigrations.operator.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AlembicSpec;
import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransitionTest {

  private static final DatabaseMigrationStatus NEW = DatabaseMigrationStatus.NONE;

  @Test
  void saysThatAMigrationBegins() {
    var intent = status(Reason.PENDING, "Job a is to migrate to 003", attempt("a"));
    assertThat(Transition.between(NEW, intent))
        .contains(new Transition("Migrating", "Job a is to migrate to 003"));
    assertThat(Transition.between(intent, status(Reason.MIGRATING, "it runs", attempt("a"))))
        .isEmpty();
  }

  @Test
  void saysHowAMigrationEndedInTheWordsOfItsOutcome() {
    var running = status(Reason.MIGRATING, "it runs", attempt("a"));
    var done = status(Reason.AT_TARGET_REVISION, "at 003", ended(Reason.AT_TARGET_REVISION));
    assertThat(Transition.between(running, done))
        .contains(new Transition("AtTargetRevision", "its end"));
    assertThat(Transition.between(done, done)).isEmpty();
  }

  @Test
  void saysHowAMigrationEndedThatIsNoLongerWhatIsAskedFor() {
    var running = status(Reason.MIGRATING, "it runs", attempt("a"));
    var edited = status(Reason.PENDING, "being decided", ended(Reason.MIGRATION_FAILED));
    assertThat(Transition.between(running, edited))
        .contains(
            new Transition(
                "MigrationFailed", "Job a, begun before the last edit, has ended: its end"));
  }

  @Test
  void saysNothingOfAnImageThatDoesNotKnowTheDatabaseWhereTheRecordedOneGoesOn() {
    var running = status(Reason.MIGRATING, "it runs", attempt("a"));
    var ahead = status(Reason.PENDING, "being decided", ended(Reason.DATABASE_AHEAD));
    assertThat(Transition.between(running, ahead)).isEmpty();
    var told = status(Reason.DATABASE_AHEAD, "its end", ended(Reason.DATABASE_AHEAD));
    assertThat(Transition.between(running, told))
        .contains(new Transition("DatabaseAhead", "its end"));
  }

  @Test
  void saysWhatTheRecordedImageHasReachedBeforeThatIsConfirmed() {
    var call = new AttemptCall(AlembicSpec.DEFAULT, "DATABASE_URL", List.of("003"));
    var running = status(Reason.MIGRATING, "it runs", attempt("a"));
    var reached =
        status(
            Reason.PENDING,
            "being decided",
            AttemptStatusBuilder.builder(ended(Reason.AT_TARGET_REVISION)).call(call).build());
    assertThat(Transition.between(running, reached))
        .contains(
            new Transition(
                "AtTargetRevision", "Job a, which ran the recorded image, has ended: its end"));
  }

  @Test
  void saysHowAnAttemptEndedThatWasRefusedAtOnce() {
    var refused = status(Reason.JOB_REJECTED, "its end", ended(Reason.JOB_REJECTED));
    assertThat(Transition.between(NEW, refused)).contains(new Transition("JobRejected", "its end"));
  }

  @Test
  void saysWhatHappensToAResourceBetweenMigrations() {
    var done = status(Reason.AT_TARGET_REVISION, "at 003", ended(Reason.AT_TARGET_REVISION));
    var drifted = status(Reason.REVISION_DRIFTED, "at 004", ended(Reason.AT_TARGET_REVISION));
    assertThat(Transition.between(done, drifted))
        .contains(new Transition("RevisionDrifted", "at 004"));
    assertThat(Transition.between(drifted, done))
        .contains(new Transition("AtTargetRevision", "at 003"));
  }

  @Test
  void saysNothingOfAJobThatReadsAgainAndFindsNothingNew() {
    for (Reason said : new Reason[] {Reason.AT_TARGET_REVISION, Reason.REVISION_DRIFTED}) {
      var before = status(said, "as was said", ended(said));
      var reading = status(said, "as was said", check(attempt("b")));
      var after = status(said, "as was said", check(ended("b", said)));
      assertThat(Transition.between(before, reading)).isEmpty();
      assertThat(Transition.between(reading, after)).isEmpty();
    }
  }

  @Test
  void saysWhatAJobThatReadsAgainFindsOtherwise() {
    var reading = status(Reason.AT_TARGET_REVISION, "at 003", check(attempt("b")));
    var drifted =
        status(Reason.REVISION_DRIFTED, "its end", check(ended("b", Reason.REVISION_DRIFTED)));
    assertThat(Transition.between(reading, drifted))
        .contains(new Transition("RevisionDrifted", "its end"));
    var back =
        status(Reason.AT_TARGET_REVISION, "at 003", check(ended("c", Reason.AT_TARGET_REVISION)));
    assertThat(Transition.between(drifted, back))
        .contains(new Transition("AtTargetRevision", "its end"));
  }

  @Test
  void saysWhatKeepsAMigrationFromStarting() {
    var intent = status(Reason.PENDING, "to migrate", attempt("a"));
    var unpullable = status(Reason.IMAGE_PULL_FAILED, "no such image", attempt("a"));
    assertThat(Transition.between(intent, unpullable))
        .contains(new Transition("ImagePullFailed", "no such image"));
  }

  @Test
  void warnsOfWhatSomebodyShouldLookAt() {
    assertThat(new Transition("LockTimeout", "").isWarning()).isTrue();
    assertThat(new Transition("MigrationFailed", "").isWarning()).isTrue();
    assertThat(new Transition("AtTargetRevision", "").isWarning()).isFalse();
    assertThat(new Transition("Suspended", "").isWarning()).isFalse();
  }

  private static AttemptStatus attempt(String job) {
    return AttemptStatusBuilder.builder()
        .number(1)
        .job(job)
        .target("003")
        .image("migrations:1")
        .request("hash")
        .generation(1)
        .startedAt("2026-01-01T00:00:00Z")
        .build();
  }

  private static AttemptStatus check(AttemptStatus attempt) {
    return AttemptStatusBuilder.builder(attempt).mode(MigrationMode.CHECK).build();
  }

  private static AttemptStatus ended(Reason reason) {
    return ended("a", reason);
  }

  private static AttemptStatus ended(String job, Reason reason) {
    return attempt(job).ended(AttemptOutcome.of("2026-01-01T00:01:00Z", reason, "its end"));
  }

  private static DatabaseMigrationStatus status(
      Reason reason, String message, AttemptStatus attempt) {
    var ready = new Condition(Condition.READY, "Unknown", 1L, "", reason.wireName(), message);
    return DatabaseMigrationStatusBuilder.builder()
        .observedGeneration(1L)
        .conditions(List.of(ready))
        .attempt(attempt)
        .build();
  }
}
