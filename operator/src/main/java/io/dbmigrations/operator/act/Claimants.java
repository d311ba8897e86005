package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.operator.job.MigrationRequest.Declaration;
import io.dbmigrations.operator.observe.OtherResources;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which other resources may have a claim on the database of one. What they declare for it the
 * database itself knows, from their own attempts; only of those that needed none the operator says
 * it.
 *
 * @param uids of all of them
 * @param declarations of those that needed no attempt
 */
record Claimants(List<String> uids, List<Declaration> declarations) {

  // Some twenty kilobytes in a Job. As soon as the database is known by its server and name, there
  // are hardly any.
  private static final int MOST = 500;

  // Longer ones, and many after a restore; with a server's identifier they are those of one
  // database.
  private static final int MOST_DECLARATIONS = 50;

  /** Those of a resource; of the same namespace first, where there are too many. */
  static Claimants of(DatabaseMigration resource, OtherResources others) {
    String mine = resource.getMetadata().getNamespace();
    List<DatabaseMigration> found =
        others
            .claimants(resource)
            .sorted(
                Comparator.comparing(
                    DatabaseMigration::getMetadata,
                    Comparator.<ObjectMeta, Boolean>comparing(
                            other -> !other.getNamespace().equals(mine))
                        .thenComparing(OtherResources.OLDEST_FIRST)))
            .limit(MOST)
            .toList();
    return new Claimants(
        found.stream().map(other -> other.getMetadata().getUid()).toList(),
        found.stream()
            .flatMap(other -> declaration(other).stream())
            .limit(MOST_DECLARATIONS)
            .toList());
  }

  private static Optional<Declaration> declaration(DatabaseMigration other) {
    ObjectMeta metadata = other.getMetadata();
    DatabaseMigrationStatus status =
        Optional.ofNullable(other.getStatus()).orElse(DatabaseMigrationStatus.NONE);
    AttemptStatus attempt = status.attempt();
    AttemptOutcome outcome = attempt == null || !attempt.neededNoJob() ? null : attempt.outcome();
    DatabaseStatus database =
        status.database() == null ? DatabaseStatus.UNKNOWN : status.database();
    String table = database.versionTable();
    String called = database.name();
    // Of a resource whose own database is not known yet all the others are asked about.
    return outcome == null || outcome.held() == null || table == null || called == null
        ? Optional.empty()
        : Optional.of(
            new Declaration(
                metadata.getUid(),
                metadata.getNamespace() + "/" + metadata.getName(),
                metadata.getCreationTimestamp(),
                table,
                outcome.held().rows(),
                called,
                database.system()));
  }
}
