package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Claim;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.DeclaredMode;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What other resources have to do with the database of one. Of two the older has the say. */
public final class OtherResources {

  /**
   * Kubernetes tells when one was made to the second. Of one second, as after a restore or a sync,
   * their names have an order that does not change when they are made again. The runner has the
   * same.
   */
  public static final Comparator<ObjectMeta> OLDEST_FIRST =
      Comparator.comparing(ObjectMeta::getCreationTimestamp)
          .thenComparing(metadata -> metadata.getNamespace() + "/" + metadata.getName());

  private final Resources resources;

  public OtherResources(Resources resources) {
    this.resources = resources;
  }

  /**
   * Those that live and migrate, that are older, and that are not known to have another database.
   */
  public Stream<DatabaseMigration> claimants(DatabaseMigration mine) {
    return resources
        .all()
        .filter(OtherResources::mayClaim)
        .filter(other -> OLDEST_FIRST.compare(other.getMetadata(), mine.getMetadata()) < 0)
        .filter(other -> !database(other).isElsewhereThan(database(mine)));
  }

  // Who only plans declares nothing, and who has no database has none in common.
  private static boolean mayClaim(DatabaseMigration other) {
    return other.getMetadata().getDeletionTimestamp() == null
        && other.getSpec().mode() != DeclaredMode.PLAN
        && Optional.ofNullable(other.getStatus())
            .flatMap(status -> status.condition(Condition.READY))
            .filter(ready -> ready.observedGeneration() == other.getMetadata().getGeneration())
            .filter(ready -> Reason.DATABASE_MISSING.wireName().equals(ready.reason()))
            .isEmpty();
  }

  /** The one that stood in the way of that attempt, as it is now; null where none did. */
  @Nullable Claimant claimant(@Nullable AttemptStatus attempt, Instant now) {
    AttemptOutcome outcome = attempt == null ? null : attempt.outcome();
    Claim claim = outcome == null ? null : outcome.claim();
    if (claim == null) {
      return null;
    }
    int slash = claim.name().indexOf('/');
    return resources
        .find(claim.name().substring(0, Math.max(slash, 0)), claim.name().substring(slash + 1))
        .filter(other -> other.getMetadata().getUid().equals(claim.uid()))
        .filter(OtherResources::mayClaim)
        .map(DatabaseMigration::getStatus)
        .map(status ->
            new Claimant(
                true, lastDeclaration(status.attempt(), now).orElse(null), status.database()))
        .orElse(Claimant.GONE);
  }

  /**
   * Whether an older one that is known to have the same database has been at work since the last
   * attempt of this one ended, so that it may have brought the database where it is now.
   */
  boolean hasOlderWorkedSince(DatabaseMigration mine, Instant now) {
    AttemptStatus last = mine.getStatus() == null ? null : mine.getStatus().attempt();
    String name = database(mine).name();
    return last != null
        && last.outcome() != null
        && name != null
        && claimants(mine)
            .filter(other -> name.equals(database(other).name()))
            .map(other -> other.getStatus().attempt())
            .anyMatch(attempt -> attempt != null && isUnderWayAfter(last, attempt, now));
  }

  // Where either end cannot be believed, as it was written by hand, it may have been.
  private static boolean isUnderWayAfter(AttemptStatus mine, AttemptStatus other, Instant now) {
    Optional<Instant> end = lastEnd(mine, now);
    Optional<Instant> othersEnd = lastEnd(other, now);
    return end.isEmpty() || othersEnd.isEmpty() || othersEnd.get().isAfter(end.get());
  }

  // One that only looks, or that fails and is repeated, declares what was declared before.
  private static Optional<Instant> lastDeclaration(@Nullable AttemptStatus attempt, Instant now) {
    return Optional.ofNullable(attempt)
        .filter(last -> last.mode() == MigrationMode.MIGRATE)
        .filter(last -> last.outcome() != null && last.outcome().nextAt() == null)
        .flatMap(last -> lastEnd(last, now));
  }

  private static Optional<Instant> lastEnd(@Nullable AttemptStatus attempt, Instant now) {
    return Optional.ofNullable(attempt)
        .flatMap(last -> Optional.ofNullable(last.outcome()))
        .flatMap(outcome -> outcome.endedBy(now));
  }

  private static DatabaseStatus database(DatabaseMigration resource) {
    DatabaseMigrationStatus status = resource.getStatus();
    return status == null || status.database() == null ? DatabaseStatus.UNKNOWN : status.database();
  }
}
