package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DriftReader;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.KeptJob;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision needs, gathered once.
 *
 * @param retry the value of the annotation {@code dbmigrations.io/retry}, null where there is none
 * @param approve the value of the annotation {@code dbmigrations.io/approve}, null where there is
 *     none
 * @param reject the value of the annotation {@code dbmigrations.io/reject}, null where there is
 *     none
 * @param request the hash of what the specification asks for
 * @param attemptState what the Job of {@code status.attempt} says; {@code Missing} without attempt
 * @param podSeen whether the watch shows a Pod of that Job; where it does not, the state is asked
 *     for
 * @param predecessors the names of Pods that migrate for this resource, or for a former one of its
 *     name, that do not belong to that Job, and that may still run
 * @param unfinishedJob whether there is a Job for this resource, or for a former one of its name,
 *     that does not belong to that attempt, and that may make a Pod
 * @param jobs the resource's Jobs, of all attempts that are kept
 * @param claimant who stood in the way of the last attempt, null where nobody did
 * @param olderAtWork whether an older resource of the same database has been at work since the last
 *     attempt; asked only where the database is not where that attempt left it
 * @param reading the last look at the database, null before the first one and where Jobs look
 * @param readable whether the operator may read the database at all
 * @param lookingSince since when this operator looks at resources: of what was read before that it
 *     has only what the status says
 * @param templateFault why no further Job could be made of the Pod templates; null where none is
 *     known
 */
@RecordBuilder
public record Observation(
    String namespace,
    String name,
    String uid,
    long generation,
    boolean deleting,
    DatabaseMigrationSpec spec,
    DatabaseMigrationStatus status,
    @Nullable String retry,
    @Nullable String approve,
    @Nullable String reject,
    String request,
    AttemptState attemptState,
    boolean podSeen,
    List<String> predecessors,
    boolean unfinishedJob,
    List<KeptJob> jobs,
    @Nullable Claimant claimant,
    boolean olderAtWork,
    @Nullable Reading reading,
    boolean readable,
    Instant lookingSince,
    @Nullable String templateFault,
    Instant now) {

  public Optional<AttemptStatus> attempt() {
    return Optional.ofNullable(status.attempt());
  }

  /** Whether a person has edited anything that the attempt has not answered. */
  public boolean isEditedSince(AttemptStatus attempt) {
    return attempt.generation() != generation || asksToRetry(attempt);
  }

  /** Whether a person asks for something else than the attempt was made for. */
  public boolean asksForMoreThan(AttemptStatus attempt) {
    return !attempt.request().equals(request) || asksToRetry(attempt);
  }

  /**
   * Whether a person asks for the target itself, wherever the database is: another one, or the same
   * once more.
   */
  public boolean asksForTheTarget(AttemptStatus attempt) {
    return !attempt.target().equals(spec.targetRevision()) || asksToRetry(attempt);
  }

  // Whoever removes the annotation asks for nothing, and whoever puts it back has been answered.
  private boolean asksToRetry(AttemptStatus attempt) {
    return retry != null && !retry.equals(attempt.retry());
  }

  /** The reading, if it was taken on that occasion. */
  public Optional<Reading> readingOn(String occasion) {
    return Optional.ofNullable(reading).filter(taken -> taken.occasion().equals(occasion));
  }

  /** Whether the operator reads the database, and not a Job in its place. */
  public boolean isReadByTheOperator() {
    return readable && spec.drift().reader() == DriftReader.OPERATOR;
  }

  /** The version table to read before any Job; empty where none is declared, or a Job reads. */
  public Optional<VersionTables> declaredTable() {
    return Optional.of(VersionTables.of(spec.alembic().versionTable()))
        .filter(tables -> isReadByTheOperator() && tables.count() > 0);
  }

  /** The version tables to read; empty where none is known, or where the operator reads none. */
  public Optional<VersionTables> observableTables() {
    return Optional.of(VersionTables.in(status.database()))
        .filter(tables -> isReadByTheOperator() && tables.count() > 0);
  }

  /** The same, but for the status and the attempt's state. */
  public Observation with(DatabaseMigrationStatus changed, AttemptState state) {
    return ObservationBuilder.builder(this).status(changed).attemptState(state).build();
  }
}
