package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseSpecBuilder;
import io.dbmigrations.api.v1alpha1.ImagePullPolicy;

/** A resource as an attempt sees it that runs another image than it names. */
public final class RecordedResource {

  private RecordedResource() {}

  /** The resource itself where the attempt runs what it names. */
  public static DatabaseMigration of(DatabaseMigration resource, AttemptStatus attempt) {
    AttemptCall recorded = attempt.call();
    if (recorded != null && recorded.target() != null) {
      DatabaseMigrationSpec spec = resource.getSpec();
      return with(
          resource,
          DatabaseMigrationSpecBuilder.builder(imaged(spec, attempt))
              .targetRevision(Revisions.join(recorded.target()))
              .alembic(recorded.alembic())
              .database(
                  DatabaseSpecBuilder.builder(spec.database())
                      .variable(recorded.variable())
                      .build())
              .build());
    }
    // An approved plan runs with the image that has found it.
    return attempt.image().equals(resource.getSpec().image())
        ? resource
        : with(resource, imaged(resource.getSpec(), attempt));
  }

  private static DatabaseMigrationSpec imaged(DatabaseMigrationSpec spec, AttemptStatus attempt) {
    return DatabaseMigrationSpecBuilder.builder(spec)
        .image(attempt.image())
        .imagePullPolicy(
            ImageId.isOfTheNode(attempt.image()) ? ImagePullPolicy.NEVER : spec.imagePullPolicy())
        .build();
  }

  // With its status, which tells what is spent.
  private static DatabaseMigration with(DatabaseMigration resource, DatabaseMigrationSpec spec) {
    DatabaseMigration called = new DatabaseMigration();
    called.setMetadata(resource.getMetadata());
    called.setSpec(spec);
    called.setStatus(resource.getStatus());
    return called;
  }
}
