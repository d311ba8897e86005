package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.KeptJob;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision needs, gathered once.
 *
 * @param retry the value of the annotation {@code dbmigrations.io/retry}, null where there is none
 * @param request the hash of what the specification asks for
 * @param attemptState what the Job of {@code status.attempt} says; {@code Missing} without attempt
 * @param jobs the resource's Jobs, of all attempts that are kept
 * @param reading the last look at the database, null before the first one
 * @param readable whether the operator may read the database at all
 */
public record Observation(
    String namespace,
    String name,
    String uid,
    long generation,
    boolean deleting,
    DatabaseMigrationSpec spec,
    DatabaseMigrationStatus status,
    @Nullable String retry,
    String request,
    AttemptState attemptState,
    List<KeptJob> jobs,
    @Nullable Reading reading,
    boolean readable,
    Instant now) {

  public Optional<AttemptStatus> attempt() {
    return Optional.ofNullable(status.attempt());
  }

  /** Whether a person has asked for something since the attempt was decided on. */
  public boolean isEditedSince(AttemptStatus attempt) {
    return attempt.generation() != generation || !Objects.equals(attempt.retry(), retry);
  }

  /** The reading, if it was taken on that occasion. */
  public Optional<Reading> readingOn(String occasion) {
    return Optional.ofNullable(reading).filter(taken -> taken.occasion().equals(occasion));
  }

  /** The same, but for the status and the attempt's state. */
  public Observation with(DatabaseMigrationStatus changed, AttemptState state) {
    return new Observation(
        namespace,
        name,
        uid,
        generation,
        deleting,
        spec,
        changed,
        retry,
        request,
        state,
        jobs,
        reading,
        readable,
        now);
  }
}
