package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Which other resources may have a claim on the database of one: those that live, that are older,
 * and that are not known to have another database. What they declare for it the database itself
 * knows, from their own attempts.
 */
public final class Claimants {

  // Some twenty kilobytes in a Job. As soon as the database is known by its server and name, there
  // are hardly any.
  private static final int MOST = 500;

  private static final Comparator<ObjectMeta> OLDEST_FIRST =
      Comparator.comparing(ObjectMeta::getCreationTimestamp).thenComparing(ObjectMeta::getUid);

  private final Supplier<Stream<DatabaseMigration>> resources;

  /**
   * Claimants.
   *
   * @param resources all resources, as the cache has them
   */
  public Claimants(Supplier<Stream<DatabaseMigration>> resources) {
    this.resources = resources;
  }

  /** Their UIDs; of the same namespace first, where there are too many. */
  List<String> of(DatabaseMigration resource) {
    ObjectMeta mine = resource.getMetadata();
    return resources
        .get()
        .filter(other -> other.getMetadata().getDeletionTimestamp() == null)
        .filter(other -> OLDEST_FIRST.compare(other.getMetadata(), mine) < 0)
        .filter(other -> !database(other).isElsewhereThan(database(resource)))
        .map(DatabaseMigration::getMetadata)
        .sorted(
            Comparator.<ObjectMeta, Boolean>comparing(
                    other -> !other.getNamespace().equals(mine.getNamespace()))
                .thenComparing(OLDEST_FIRST))
        .limit(MOST)
        .map(ObjectMeta::getUid)
        .toList();
  }

  private static DatabaseStatus database(DatabaseMigration resource) {
    DatabaseMigrationStatus status = resource.getStatus();
    return status == null || status.database() == null ? DatabaseStatus.UNKNOWN : status.database();
  }
}
