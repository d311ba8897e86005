package io.dbmigrations.operator.report;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DriftReader;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.observe.Observation;
import java.util.Optional;

/**
 * Whether the operator could read the database itself, as the condition {@code DatabaseObserved}
 * says it: {@code True}, {@code False} where the server or the cluster said no, {@code Unknown}
 * where nothing can be said.
 */
record DatabaseView(String status, Reason reason, String message) {

  /** What the last reading says; empty where there was none. */
  static Optional<DatabaseView> of(Observation observation) {
    return observation.spec().drift().reader() == DriftReader.JOB
        ? Optional.of(
            new DatabaseView(
                Condition.UNKNOWN,
                Reason.NOT_OBSERVABLE,
                "Jobs look whether the database is where it was left, and not the operator, as spec.drift.reader says"))
        : ofReading(observation);
  }

  /** Whether a condition says the same, in whatever words. */
  boolean isSaidBy(Condition condition) {
    return condition.status().equals(status) && condition.reason().equals(reason.wireName());
  }

  private static Optional<DatabaseView> ofReading(Observation observation) {
    return Optional.ofNullable(observation.reading()).map(reading -> of(reading.found()));
  }

  private static DatabaseView of(DatabaseReading found) {
    return switch (found) {
      case DatabaseReading.Answer answer ->
          new DatabaseView(Condition.TRUE, Reason.DATABASE_READ, words(answer));
      case DatabaseReading.Refused refused ->
          new DatabaseView(Condition.FALSE, refused.reason(), refused.message());
      case DatabaseReading.Locked locked ->
          new DatabaseView(Condition.UNKNOWN, Reason.DATABASE_BUSY, locked.message());
      case DatabaseReading.NotObservable hidden ->
          new DatabaseView(Condition.UNKNOWN, Reason.NOT_OBSERVABLE, hidden.message());
    };
  }

  private static String words(DatabaseReading.Answer answer) {
    String database = answer.identity().database();
    int tables = answer.identity().tables().count();
    return switch (answer) {
      case DatabaseReading.Differing _ ->
          "The %d version tables of database %s were looked for and read; they do not all hold the same"
              .formatted(tables, database);
      case DatabaseReading.Rows rows when !rows.tablePresent() ->
          tables > 1
              ? "Database %s was read; it has none of the %d version tables"
                  .formatted(database, tables)
              : "Database %s was read; %s"
                  .formatted(
                      database,
                      answer.identity().tables().names().stream()
                          .findFirst()
                          .map(table -> "it has no " + table)
                          .orElse("that was before any migration had told its version table"));
      case DatabaseReading.Rows _ ->
          tables > 1
              ? "All %d version tables of database %s were read".formatted(tables, database)
              : "The version table of database %s was read".formatted(database);
    };
  }
}
