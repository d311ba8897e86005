package io.dbmigrations.operator.database;

/**
 * The version table was dropped after it had been found: it is worth another look from the start.
 */
final class VersionTableGoneException extends RuntimeException {
  VersionTableGoneException() {
    super("The version table is gone");
  }
}
