package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import java.util.Optional;
import java.util.stream.Stream;

/** All resources that are watched, as the cache has them. */
public interface Resources {

  /** The resource of that name; empty where it is not, or where it is not watched. */
  Optional<DatabaseMigration> find(String namespace, String name);

  /** Every one of them. */
  Stream<DatabaseMigration> all();
}
