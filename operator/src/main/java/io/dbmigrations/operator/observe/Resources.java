package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import java.util.Optional;

/** The other resources, as the cache has them. */
@FunctionalInterface
public interface Resources {

  /** The resource of that name; empty where it is not, or where it is not watched. */
  Optional<DatabaseMigration> find(String namespace, String name);
}
