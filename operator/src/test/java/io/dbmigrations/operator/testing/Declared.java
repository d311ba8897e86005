package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.AlembicSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.operator.job.MigrationRequest;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;

/** What a specification says besides. */
public final class Declared {

  private Declared() {}

  /** The same resource, which says that this is its version table. */
  public static Observation versionTable(String table, Observations observations) {
    Observation observation = observations.build();
    AlembicSpec alembic = new AlembicSpec(null, null, null, null, null, null, null, null, table);
    DatabaseMigrationSpec spec =
        DatabaseMigrationSpecBuilder.builder(observation.spec()).alembic(alembic).build();
    return ObservationBuilder.builder(observation)
        .spec(spec)
        .request(MigrationRequest.hash(spec))
        .build();
  }
}
