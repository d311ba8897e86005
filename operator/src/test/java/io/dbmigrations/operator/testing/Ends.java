package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.AttemptIdentity;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseIdentity;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.TableRows;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.OutcomeBuilder;
import io.dbmigrations.operator.job.RowDigests;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the container of an attempt has ended. */
public final class Ends {

  public static final String TABLE = "public.alembic_version";
  public static final VersionTables ONE = VersionTables.of(TABLE);
  public static final VersionTables TENANTS =
      VersionTables.of(List.of("a.alembic_version", "b.alembic_version", "c.alembic_version"));

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

  /** At a target that speaks of all lines, in the version table of each tenant. */
  public static AttemptState.Ended succeededForTenants(String... rows) {
    return ended(
        success(List.of(rows))
            .held(new HeldRows(List.of(rows), true))
            .versionTable(null)
            .versionTables(TENANTS));
  }

  /** At its target in several version tables, which do not have the same rows. */
  public static AttemptState.Ended succeededInSeveralTables() {
    return ended(
        success(List.of()).after(null).held(null).versionTable(null).versionTables(TENANTS));
  }

  /** At a target that speaks of all lines, of which the outcome has no room for the rows. */
  public static AttemptState.Ended succeededInManyRows(String digest) {
    return ended(
        withoutRoom(success(List.of()), digest)
            .held(null)
            .exclusive(true)
            .database(DatabaseStatus.of("7", "platform")));
  }

  /** For that reason after some of its steps, with rows that the outcome has no room for. */
  public static AttemptState.Ended failedInManyRows(Reason reason, String digest) {
    return ended(
        withoutRoom(OutcomeBuilder.builder(success(List.of()).build()), digest)
            .reason(reason)
            .message("its end"));
  }

  private static OutcomeBuilder withoutRoom(OutcomeBuilder outcome, String digest) {
    return outcome
        .after(null)
        .target(null)
        .left(null)
        .digests(new RowDigests(null, digest, digest, digest, digest));
  }

  /** As its image has no script for those rows, and means these by its target. */
  public static AttemptState.Ended ahead(List<String> rows, String... target) {
    return ended(
        OutcomeBuilder.builder(Outcome.of(Reason.DATABASE_AHEAD, "it is ahead"))
            .isRunners(true)
            .before(rows)
            .after(rows)
            .target(List.of(target))
            .left(rows)
            .versionTable(TABLE));
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
    return rows(ONE, true, rows);
  }

  /** A reading that found no version table. */
  public static DatabaseReading.Rows noTable() {
    return rows(ONE, false);
  }

  /** A reading that only found out whether the database lets the user in. */
  public static DatabaseReading.Rows noTableIsKnown() {
    return rows(VersionTables.NONE, false);
  }

  /** A reading that found no version table, but these of its name. */
  public static DatabaseReading.Rows noTableBut(String... others) {
    return new DatabaseReading.Rows(
        List.of(), false, "17.6", new DatabaseIdentity("7", "platform", ONE, List.of(others)));
  }

  /** A reading of the tenants' version tables, which all have the same rows. */
  public static DatabaseReading.Rows rowsOfTenants(String... rows) {
    return rows(TENANTS, true, rows);
  }

  /** The same, and there are other tables of the name. */
  public static DatabaseReading.Rows rowsBeside(List<String> others, String... rows) {
    return new DatabaseReading.Rows(
        List.of(rows), true, "17.6", new DatabaseIdentity("7", "platform", TENANTS, others));
  }

  /** A reading that found none of the tenants' version tables. */
  public static DatabaseReading.Rows noTableOfTenants() {
    return rows(TENANTS, false);
  }

  /**
   * A reading of the tenants' version tables: the one row of each, null where there is no table.
   */
  public static DatabaseReading.Differing differing(@Nullable String... rows) {
    List<TableRows> tables = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      String row = rows[i];
      tables.add(
          new TableRows(
              TENANTS.names().get(i), row != null, row == null ? List.of() : List.of(row)));
    }
    return new DatabaseReading.Differing(tables, new DatabaseIdentity("7", "platform", TENANTS));
  }

  private static DatabaseReading.Rows rows(
      VersionTables tables, boolean tablePresent, String... rows) {
    return new DatabaseReading.Rows(
        List.of(rows), tablePresent, "17.6", new DatabaseIdentity("7", "platform", tables));
  }
}
