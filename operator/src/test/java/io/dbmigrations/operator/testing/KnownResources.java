package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.operator.observe.Resources;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A cache with these resources in it. */
public record KnownResources(List<DatabaseMigration> known) implements Resources {

  /** An empty one. */
  public static final KnownResources NONE = new KnownResources(List.of());

  @Override
  public Optional<DatabaseMigration> find(String namespace, String name) {
    return all()
        .filter(one -> one.getMetadata().getNamespace().equals(namespace))
        .filter(one -> one.getMetadata().getName().equals(name))
        .findFirst();
  }

  @Override
  public Stream<DatabaseMigration> all() {
    return known.stream();
  }
}
