package io.dbmigrations.operator.report;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.LastMigration;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.ProgressStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseIdentity;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.job.ApprovalRequest;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.Revisions;
import io.dbmigrations.operator.observe.Reading;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The status but for its conditions, as it changes. */
final class StatusFacts {

  private static final int MOST_APPROVALS = 100;

  private @Nullable List<String> current;
  private @Nullable List<String> target;
  private @Nullable PlanStatus plan;
  private @Nullable AttemptStatus attempt;
  private @Nullable LastMigration lastMigration;
  private @Nullable DatabaseStatus database;
  private DatabaseStatus ran = DatabaseStatus.UNKNOWN;
  private List<HistoryEntry> history;
  private List<String> spentApprovals;

  StatusFacts(DatabaseMigrationStatus status) {
    current = status.currentRevisions();
    target = status.targetRevisions();
    plan = status.plan();
    attempt = status.attempt();
    lastMigration = status.lastMigration();
    database = status.database();
    history = status.history();
    spentApprovals = status.spentApprovals();
  }

  StatusFacts with(AttemptStatus changed) {
    attempt = changed;
    return this;
  }

  void read(List<String> rows) {
    current = rows.stream().sorted().distinct().toList();
  }

  /** Of several version tables that differ none is the current one. */
  void readDiffering() {
    current = null;
  }

  void migrated(LastMigration migration) {
    lastMigration = migration;
  }

  void remember(HistoryEntry entry) {
    history = History.with(history, entry);
    // Longer than the history: what was meant for one night must not serve another.
    spentApprovals =
        Stream.concat(ApprovalRequest.spentBy(entry), spentApprovals.stream())
            .distinct()
            .limit(MOST_APPROVALS)
            .toList();
  }

  // Only what the runner knew: an attempt that never reached the database says nothing of it.
  StatusFacts learn(Outcome outcome) {
    if (outcome.digests().after() != null || outcome.reason() == Reason.AT_TARGET_REVISION) {
      // It knew them, and they are not those that stand here.
      current = null;
    }
    if (outcome.digests().target() != null) {
      target = null;
    }
    Optional.ofNullable(outcome.after()).ifPresent(this::read);
    boolean isDriftOfSeveral =
        outcome.reason() == Reason.REVISION_DRIFTED && outcome.after() == null;
    if (outcome.reason() == Reason.VERSION_TABLES_DIFFER || isDriftOfSeveral) {
      // Of several that differ none is the current one.
      current = null;
    }
    Optional.ofNullable(outcome.target())
        .ifPresent(meant -> target = meant.stream().sorted().toList());
    plan = outcome.reason().hasPlan() ? outcome.plan() : null;
    DatabaseStatus known = database == null ? DatabaseStatus.UNKNOWN : database;
    VersionTables tables = VersionTables.in(known);
    if (tables.areSeveral() && isPart(outcome)) {
      // What it says of the rows, it says of those tables alone that it came to.
      current = null;
    } else if (outcome.tables().count() > 0) {
      tables = outcome.tables();
    }
    DatabaseStatus place = place(outcome, known);
    database =
        known(
            latest(outcome.serverVersion(), known.serverVersion()),
            tables,
            known.otherTables(),
            latest(outcome.alembic(), known.alembicVersion()),
            place.system(),
            place.name());
    return this;
  }

  // Where it was at work or at its target: one that only found another database did not go there.
  private DatabaseStatus place(Outcome outcome, DatabaseStatus known) {
    DatabaseStatus found = outcome.database();
    boolean isOwn =
        outcome.reason() == Reason.AT_TARGET_REVISION
            || outcome.applied() > 0
            || known.name() == null;
    if (found == null || !isOwn) {
      return known;
    }
    ran = found;
    return found.isElsewhereThan(known)
        ? found
        : DatabaseStatus.of(latest(found.system(), known.system()), found.name());
  }

  // Which version tables there are only a run tells that went through env.py to its end.
  private static boolean isPart(Outcome outcome) {
    return outcome.tables().count() > 0
        && outcome.reason() != Reason.AT_TARGET_REVISION
        && outcome.reason() != Reason.VERSION_TABLES_DIFFER;
  }

  private static DatabaseStatus known(
      @Nullable String serverVersion,
      VersionTables tables,
      @Nullable List<String> others,
      @Nullable String alembic,
      @Nullable String system,
      @Nullable String name) {
    boolean areNamed = tables.count() > 0 && !tables.areUnnamed();
    return new DatabaseStatus(
        serverVersion,
        areNamed && !tables.areSeveral() ? tables.names().getFirst() : null,
        areNamed && tables.areSeveral() ? tables.names() : null,
        tables.areUnnamed() ? tables.count() : null,
        areNamed && tables.areSeveral() ? others : null,
        alembic,
        system,
        name);
  }

  StatusFacts find(VersionTables tables, DatabaseReading.Rows rows) {
    read(rows.revisions());
    target = current;
    database = known(rows.serverVersion(), tables, null, null, null, null);
    identify(rows.identity());
    return this;
  }

  void identify(DatabaseIdentity identity) {
    if (ran.isElsewhereThan(DatabaseStatus.of(identity.system(), identity.database()))) {
      // The run's own word comes first: the URL leads elsewhere by now, which is decided on next.
      return;
    }
    DatabaseStatus known = database == null ? DatabaseStatus.UNKNOWN : database;
    database =
        known(
            known.serverVersion(),
            VersionTables.in(known),
            latest(known.otherTables(), identity.others()),
            known.alembicVersion(),
            latest(identity.system(), known.system()),
            identity.database());
  }

  /** Whatever other tables there are, a Job looks into it, or has done so. */
  StatusFacts lookInto(@Nullable Reading reading) {
    if (database != null
        && reading != null
        && reading.found() instanceof DatabaseReading.Answer answer
        && answer.identity().others() != null) {
      database =
          known(
              database.serverVersion(),
              VersionTables.in(database),
              answer.identity().others(),
              database.alembicVersion(),
              database.system(),
              database.name());
    }
    return this;
  }

  DatabaseMigrationStatus status(
      long generation,
      List<Condition> conditions,
      @Nullable String notReadySince,
      @Nullable ProgressStatus progress) {
    return DatabaseMigrationStatusBuilder.builder()
        .observedGeneration(generation)
        .conditions(conditions)
        .notReadySince(notReadySince)
        .currentRevision(current == null ? null : Revisions.join(current))
        .currentRevisions(current)
        .targetRevisions(target)
        .plan(plan)
        .attempt(attempt)
        .progress(progress)
        .lastMigration(lastMigration)
        .database(database)
        .history(history)
        .spentApprovals(spentApprovals)
        .build();
  }

  private static <T> @Nullable T latest(@Nullable T now, @Nullable T before) {
    return now == null ? before : now;
  }
}
