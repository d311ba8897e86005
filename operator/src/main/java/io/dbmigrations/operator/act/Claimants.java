package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.operator.observe.OtherResources;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Comparator;
import java.util.List;

/**
 * Which other resources may have a claim on the database of one. What they declare for it the
 * database itself knows, from their own attempts.
 */
public final class Claimants {

  // Some twenty kilobytes in a Job. As soon as the database is known by its server and name, there
  // are hardly any.
  private static final int MOST = 500;

  private final OtherResources others;

  public Claimants(OtherResources others) {
    this.others = others;
  }

  /** Their UIDs; of the same namespace first, where there are too many. */
  List<String> of(DatabaseMigration resource) {
    String mine = resource.getMetadata().getNamespace();
    return others
        .claimants(resource)
        .map(DatabaseMigration::getMetadata)
        .sorted(
            Comparator.<ObjectMeta, Boolean>comparing(other -> !other.getNamespace().equals(mine))
                .thenComparing(OtherResources.OLDEST_FIRST))
        .limit(MOST)
        .map(ObjectMeta::getUid)
        .toList();
  }
}
