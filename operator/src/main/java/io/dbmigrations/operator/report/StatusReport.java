package io.dbmigrations.operator.report;

import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptOutcomeBuilder;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.LastMigration;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.ProgressStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.decide.JobReader;
import io.dbmigrations.operator.decide.Messages;
import io.dbmigrations.operator.decide.Verdict;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.Revisions;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.Reading;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Computes the status from what was observed and decided, and from nothing else. */
public final class StatusReport {

  private StatusReport() {}

  /** The status that says that an attempt is about to be made; written before its Job. */
  public static DatabaseMigrationStatus intent(Observation observation, AttemptStatus attempt) {
    Decision.Report said =
        JobReader.meanwhile(observation, attempt)
            .orElseGet(() -> Decision.Report.of(Reason.PENDING, Messages.toBegin(attempt)));
    return status(
        observation,
        said,
        new StatusFacts(observation.status()).with(attempt).lookInto(observation.reading()));
  }

  /** The status after a report. */
  public static DatabaseMigrationStatus report(Observation observation, Decision.Report report) {
    StatusFacts facts = new StatusFacts(observation.status());
    List<String> rows = report.rows();
    if (rows != null) {
      facts.read(rows);
    } else if (report.reason() == Reason.REVISION_DRIFTED && isAtTargetNoMore(observation)) {
      facts.readDiffering();
    }
    observation
        .attempt()
        .filter(_ -> report.answers())
        .ifPresent(attempt -> facts.with(attempt.answering(observation.generation())));
    return status(observation, report, facts);
  }

  /** The status after an attempt that did not reach its target. */
  public static DatabaseMigrationStatus failure(
      Observation observation, Decision.ConcludeFailure failure) {
    AttemptStatus attempt = observation.attempt().orElseThrow();
    Outcome outcome = failure.ended().outcome();
    Instant now = observation.now().truncatedTo(ChronoUnit.SECONDS);
    Duration pause = failure.pause();
    // in whole seconds, because a person reads it
    Instant next =
        pause == null ? null : now.plus(pause).plusMillis(999).truncatedTo(ChronoUnit.SECONDS);
    AttemptOutcome end = end(outcome, now, next);
    AttemptStatus ended = attempt.ended(end);
    StatusFacts facts = new StatusFacts(observation.status()).with(ended).learn(outcome);
    if (attempt.mode() == MigrationMode.MIGRATE && !failure.goesOn()) {
      facts.remember(History.entry(attempt, observation.spec(), failure.ended()));
    }
    // Who has edited the resource meanwhile must not be told that the edit failed.
    return failure.goesOn() || observation.isEditedSince(attempt)
        ? ended(observation, attempt, "with " + outcome.reason().wireName(), facts)
        : status(
            observation,
            JobReader.ending(observation, ended)
                .orElseGet(() -> Decision.Report.of(outcome.reason(), Messages.ended(end))),
            facts);
  }

  /** The status after an attempt that reached its target. */
  public static DatabaseMigrationStatus success(
      Observation observation, Decision.ConcludeSuccess success) {
    AttemptStatus attempt = observation.attempt().orElseThrow();
    Outcome outcome = success.ended().outcome();
    Instant now = observation.now().truncatedTo(ChronoUnit.SECONDS);
    AttemptStatus ended = attempt.ended(end(outcome, now, null));
    StatusFacts facts = new StatusFacts(observation.status()).with(ended).learn(outcome);
    HeldRows held = held(outcome);
    List<String> rows = success.rows();
    Verdict verdict = rows == null ? Verdict.HELD : Verdict.of(rows, held, outcome.after());
    facts.lookInto(observation.reading());
    if (rows != null && verdict != Verdict.UNCERTAIN) {
      // Others, of which nobody knows yet what they mean, would be taken for right ones later.
      facts.read(rows);
    }
    boolean isDiffering =
        Optional.ofNullable(observation.reading()).filter(Reading::hasDifferingTables).isPresent();
    if (isDiffering) {
      facts.readDiffering();
    }
    if (outcome.applied() > 0) {
      HistoryEntry entry = History.entry(attempt, observation.spec(), success.ended());
      facts.migrated(lastMigration(entry));
      facts.remember(entry);
    } else if (History.endsUnknown(observation.status().history(), attempt)) {
      // What that one did was committed before it could say so, by the same image.
      facts.remember(History.entry(attempt, observation.spec(), success.ended()));
    }
    // What was asked for meanwhile, or what somebody else did meanwhile, is decided on next.
    boolean isReady =
        !observation.asksForMoreThan(attempt)
            // What another image has reached, that of the specification has to confirm.
            && !attempt.hasRecordedImage()
            && !isDiffering
            && Optional.ofNullable(observation.reading())
                .filter(Reading::isWithoutDatabase)
                .isEmpty()
            && verdict == Verdict.HELD;
    String where = held == null ? attempt.target() : Revisions.join(held.rows());
    if (!isReady) {
      return ended(observation, attempt, "at " + where, facts);
    }
    facts.with(ended.answering(observation.generation()));
    return status(
        observation,
        Decision.Report.of(
            Reason.AT_TARGET_REVISION,
            Messages.atTarget(observation.spec().targetRevision(), where)),
        facts);
  }

  /** The status of a new resource whose database is at its target, without any Job. */
  public static DatabaseMigrationStatus recognition(
      Observation observation, Decision.Recognize recognition) {
    Instant now = observation.now().truncatedTo(ChronoUnit.SECONDS);
    List<String> rows = recognition.rows().revisions();
    String message = Messages.atTarget(observation.spec().targetRevision(), Revisions.join(rows));
    AttemptStatus attempt =
        AttemptStatusBuilder.builder()
            .number(AttemptStatus.WITHOUT_JOB)
            .job(JobName.of(observation.name(), observation.uid(), AttemptStatus.WITHOUT_JOB))
            .mode(MigrationMode.CHECK)
            .target(observation.spec().targetRevision())
            .image(observation.spec().image())
            .call(AttemptCall.of(observation.spec()))
            .request(observation.request())
            .generation(observation.generation())
            .retry(observation.retry())
            .approve(observation.approve())
            .startedAt(now.toString())
            .outcome(
                AttemptOutcomeBuilder.builder()
                    .endedAt(now.toString())
                    .reason(Reason.AT_TARGET_REVISION.wireName())
                    .message(message)
                    // Of other lines only the scripts know whether the target speaks of them.
                    .held(new HeldRows(rows, false))
                    .build())
            .build();
    StatusFacts facts =
        new StatusFacts(observation.status())
            .with(attempt)
            .find(recognition.tables(), recognition.rows());
    return status(observation, Decision.Report.of(Reason.AT_TARGET_REVISION, message), facts);
  }

  // What a failed attempt found stays, to be compared with what is read later.
  private static boolean isAtTargetNoMore(Observation observation) {
    return observation
            .attempt()
            .filter(attempt -> attempt.endedWith(Reason.AT_TARGET_REVISION))
            .isPresent()
        && Optional.ofNullable(observation.reading())
            .filter(Reading::hasDifferingTables)
            .isPresent();
  }

  private static DatabaseMigrationStatus ended(
      Observation observation, AttemptStatus attempt, String how, StatusFacts facts) {
    return status(
        observation,
        Decision.Report.of(
            Reason.PENDING,
            "Job %s has ended %s; what comes next is being decided".formatted(attempt.job(), how)),
        facts);
  }

  private static AttemptOutcome end(Outcome outcome, Instant at, @Nullable Instant nextAt) {
    boolean isReached = outcome.reason() == Reason.AT_TARGET_REVISION;
    return AttemptOutcomeBuilder.builder()
        .endedAt(at.toString())
        .reason(outcome.reason().wireName())
        .message(outcome.message())
        .revision(outcome.revision())
        .sqlstate(outcome.sqlstate())
        .nextAt(nextAt == null ? null : nextAt.toString())
        .held(isReached ? held(outcome) : null)
        .left(isReached ? null : outcome.left())
        .leftDigest(isReached || outcome.left() != null ? null : outcome.digests().left())
        .newest(outcome.newest())
        .claim(outcome.claim())
        .warnings(AttemptOutcome.told(outcome.warnings()))
        .build();
  }

  // A runner that does not say by which rows speaks of all of them.
  private static @Nullable HeldRows held(Outcome outcome) {
    boolean isUnknown = outcome.digests().held() != null || outcome.after() == null;
    return outcome.held() != null || isUnknown
        ? outcome.held()
        : new HeldRows(Objects.requireNonNull(outcome.after()), true);
  }

  private static LastMigration lastMigration(HistoryEntry entry) {
    return new LastMigration(
        entry.from(),
        entry.to(),
        entry.direction(),
        entry.steps(),
        entry.image(),
        entry.imageID(),
        entry.job(),
        entry.startedAt(),
        entry.completedAt());
  }

  private static Optional<DatabaseView> view(Observation observation, Decision.Report said) {
    return switch (said.view()) {
      case AS_READ -> DatabaseView.of(observation);
      case NEWS -> DatabaseView.of(observation).filter(view -> isNews(observation, said, view));
      case AS_IT_WAS -> Optional.empty();
    };
  }

  private static boolean isNews(Observation observation, Decision.Report said, DatabaseView view) {
    boolean isElsewhere =
        said.rows() != null && !said.rows().equals(observation.status().currentRevisions());
    return isElsewhere
        || observation
            .status()
            .condition(Condition.DATABASE_OBSERVED)
            .map(old -> !view.isSaidBy(old))
            .orElseGet(() -> !view.status().equals(Condition.TRUE));
  }

  private static DatabaseMigrationStatus status(
      Observation observation, Decision.Report said, StatusFacts facts) {
    Conditions conditions =
        new Conditions(
                observation.generation(), observation.status().conditions(), observation.now())
            .standing(said.reason(), said.shown(), said.message())
            .observed(view(observation, said));
    // While it has drifted, what is said goes by the database that was migrated.
    if (said.reason() != Reason.REVISION_DRIFTED
        && observation.reading() != null
        && observation.reading().found() instanceof DatabaseReading.Answer answer) {
      facts.identify(answer.identity());
    }
    ProgressStatus progress =
        observation.attemptState() instanceof AttemptState.Running running
            ? running.progress()
            : null;
    return facts.status(
        observation.generation(),
        conditions.all(),
        conditions.notReadySince(observation.status().notReadySince()),
        progress);
  }
}
