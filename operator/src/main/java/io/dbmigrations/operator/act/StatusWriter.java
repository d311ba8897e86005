package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;

/** Writes the status of the resource that is being reconciled. */
public interface StatusWriter {

  /**
   * Writes it, if nobody has changed the resource since it was read.
   *
   * @throws StaleResourceException if somebody has
   */
  void write(DatabaseMigrationStatus status);
}
