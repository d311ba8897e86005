package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.AttemptIdentity;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseIdentity;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.OutcomeBuilder;
import java.util.List;

/** How the container of an attempt has ended. */
public final class Ends {

  public static final String TABLE = "public.alembic_version";

  private Ends() {}

  /** For that reason, without any other word about the database. */
  public static AttemptState.Ended endedWith(Reason reason) {
    return AttemptState.Ended.with(Outcome.of(reason, "its end"));
  }

  /** At a target that speaks of all lines, which these rows hold, from base. */
  public static AttemptState.Ended succeeded(String... rows) {
    return succeeded(new HeldRows(List.of(rows), true), rows);
  }

  /** At a target that is held by some of the rows, from base. */
  public static AttemptState.Ended succeeded(HeldRows held, String... rows) {
    return ended(success(List.of(rows)).held(held));
  }

  /** At its target in several version tables, which do not have the same rows. */
  public static AttemptState.Ended succeededInSeveralTables() {
    return ended(success(List.of()).after(null).held(null));
  }

  /** Without a word, as the database knew a newer attempt. */
  public static AttemptState.Ended superseded(String uid, int attempt) {
    return ended(
        OutcomeBuilder.builder(Outcome.of(Reason.SUPERSEDED, "its end"))
            .isRunners(true)
            .newest(new AttemptIdentity(uid, attempt)));
  }

  private static OutcomeBuilder success(List<String> rows) {
    return OutcomeBuilder.builder(Outcome.of(Reason.AT_TARGET_REVISION, "at target"))
        .isRunners(true)
        .before(List.of())
        .after(rows)
        .target(rows)
        .direction("Upgrade")
        .applied(3)
        .alembic("1.18.1")
        .serverVersion("17.6")
        .versionTable(TABLE);
  }

  private static AttemptState.Ended ended(OutcomeBuilder outcome) {
    return new AttemptState.Ended(
        outcome.build(), "sha256:1", "2026-01-11T09:59:58Z", "2026-01-11T09:59:59Z");
  }

  /** What a reading of the database found. */
  public static DatabaseReading.Rows rows(String... rows) {
    return rows(true, rows);
  }

  /** A reading that found no version table. */
  public static DatabaseReading.Rows noTable() {
    return rows(false);
  }

  private static DatabaseReading.Rows rows(boolean tablePresent, String... rows) {
    return new DatabaseReading.Rows(
        List.of(rows), tablePresent, "17.6", new DatabaseIdentity("7", "platform", TABLE));
  }
}
