package io.dbmigrations.operator.database;

/** The database cannot be read from the operator's Pod; it says why, without secrets. */
final class NotObservableException extends RuntimeException {
  private final String reason;

  NotObservableException(String reason) {
    super(reason);
    this.reason = reason;
  }

  DatabaseReading.NotObservable toReading() {
    return new DatabaseReading.NotObservable(reason);
  }
}
