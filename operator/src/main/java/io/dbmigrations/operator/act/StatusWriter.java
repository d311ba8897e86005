package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;

/** Writes the status of the resource that is being reconciled. */
public interface StatusWriter {

  /**
   * Writes it onto that version of the resource, if that is still the current one.
   *
   * @return the resource as it is now
   * @throws StaleResourceException if somebody has changed the resource, or made it anew
   */
  DatabaseMigration write(DatabaseMigration read, DatabaseMigrationStatus status);
}
