package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.DatabaseStatus;

/** The words on a URL that leads to another database than the one that was migrated. */
final class AnotherDatabase {

  private AnotherDatabase() {}

  static String found(DatabaseStatus found, DatabaseStatus migrated, String target) {
    return "The database's URL leads to another database, %s; this resource migrated %s. If that is meant, set the annotation dbmigrations.io/retry to a new value to migrate it to %s; otherwise correct the Secret. Where the Secret is right, the name of its host leads elsewhere in the Pod of a migration than for the operator (hostAliases, another DNS): let both lead to the same server"
        .formatted(named(found, migrated), named(migrated, found), target);
  }

  // Of one name on two servers only these tell which is which.
  private static String named(DatabaseStatus one, DatabaseStatus other) {
    String name = one.name() == null ? "one whose name is not known" : one.name();
    return one.system() == null || one.system().equals(other.system())
        ? name
        : "%s of the server with the system identifier %s".formatted(name, one.system());
  }
}
