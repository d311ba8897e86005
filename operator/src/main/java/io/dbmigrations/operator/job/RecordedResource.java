package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseSpecBuilder;
import io.dbmigrations.api.v1alpha1.ImagePullPolicy;

/** A resource as an attempt sees it that runs a recorded image. */
public final class RecordedResource {

  private RecordedResource() {}

  /** The resource itself where the attempt runs what it names. */
  public static DatabaseMigration of(DatabaseMigration resource, AttemptStatus attempt) {
    AttemptCall recorded = attempt.call();
    if (recorded == null || recorded.target() == null) {
      return resource;
    }
    DatabaseMigrationSpec spec = resource.getSpec();
    DatabaseMigration called = new DatabaseMigration();
    called.setMetadata(resource.getMetadata());
    called.setSpec(
        DatabaseMigrationSpecBuilder.builder(spec)
            .targetRevision(Revisions.join(recorded.target()))
            .image(attempt.image())
            .imagePullPolicy(
                ImageId.isOfTheNode(attempt.image())
                    ? ImagePullPolicy.NEVER
                    : spec.imagePullPolicy())
            .alembic(recorded.alembic())
            .database(
                DatabaseSpecBuilder.builder(spec.database()).variable(recorded.variable()).build())
            .build());
    return called;
  }
}
