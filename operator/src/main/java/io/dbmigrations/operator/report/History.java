package io.dbmigrations.operator.report;

import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.HistoryEntryBuilder;
import io.dbmigrations.api.v1alpha1.PlanApproval;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.Revisions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The last migrations of a resource, the newest first. */
final class History {

  static final int LENGTH = 10;

  private History() {}

  /**
   * What is remembered of an attempt that has ended.
   *
   * @param spec what it was made of, where an earlier operator did not write down its call
   */
  static HistoryEntry entry(
      AttemptStatus attempt, DatabaseMigrationSpec spec, AttemptState.Ended ended) {
    Outcome outcome = ended.outcome();
    return HistoryEntryBuilder.builder()
        .reason(outcome.reason().wireName())
        .from(joined(outcome.before()))
        .to(joined(reached(outcome)))
        .direction(outcome.direction())
        .steps(outcome.applied())
        .image(attempt.image())
        .imageID(ended.imageId())
        .call(attempt.call() == null ? AttemptCall.of(spec) : withoutTarget(attempt.call()))
        .plan(outcome.plan() == null ? null : outcome.plan().digest())
        .approvedBy(approvedBy(attempt, outcome))
        .override(attempt.override())
        .job(attempt.job())
        .startedAt(ended.startedAt())
        .completedAt(ended.finishedAt())
        .build();
  }

  // Another plan than the one that was approved needed no approval, or it did not run.
  private static @Nullable String approvedBy(AttemptStatus attempt, Outcome outcome) {
    PlanApproval approval = attempt.approval();
    return approval != null
            && outcome.plan() != null
            && approval.plan().equals(outcome.plan().digest())
        ? approval.by()
        : null;
  }

  /**
   * The entries with a further one. One that failed as the last one did takes its place, and what
   * has changed nothing is forgotten first: ten failures do not hide which image is the one that
   * applied what is there.
   */
  static List<HistoryEntry> with(List<HistoryEntry> entries, HistoryEntry entry) {
    List<HistoryEntry> all = new ArrayList<>(entries);
    if (!all.isEmpty() && isRepeated(all.getFirst(), entry)) {
      all.removeFirst();
    }
    all.addFirst(entry);
    while (all.size() > LENGTH) {
      all.remove(
          IntStream.range(1, all.size())
              .map(index -> all.size() - index)
              .filter(index -> !all.get(index).isEffective())
              .findFirst()
              .orElse(all.size() - 1));
    }
    return List.copyOf(all);
  }

  /**
   * Whether the last one may have changed something, by that image, and could not say any more
   * where it came to.
   */
  static boolean endsUnknown(List<HistoryEntry> entries, AttemptStatus attempt) {
    return entries.stream()
        .findFirst()
        .filter(last -> last.to() == null && !last.isEffective())
        .filter(last -> last.image().equals(attempt.image()))
        .isPresent();
  }

  // Where it could not be read when all was through, the server has confirmed what was committed.
  private static @Nullable List<String> reached(Outcome outcome) {
    return outcome.after() == null && outcome.applied() > 0 ? outcome.left() : outcome.after();
  }

  private static AttemptCall withoutTarget(AttemptCall call) {
    return new AttemptCall(call.alembic(), call.variable(), null);
  }

  private static boolean isRepeated(HistoryEntry last, HistoryEntry entry) {
    return !last.isEffective()
        && !entry.isEffective()
        && last.reason().equals(entry.reason())
        && last.image().equals(entry.image());
  }

  private static @Nullable String joined(@Nullable List<String> rows) {
    return Optional.ofNullable(rows).map(Revisions::join).orElse(null);
  }
}
