package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.RESYNC;
import static io.dbmigrations.operator.decide.Decisions.decide;
import static io.dbmigrations.operator.decide.Decisions.message;
import static io.dbmigrations.operator.decide.Decisions.reason;
import static io.dbmigrations.operator.decide.Decisions.report;
import static io.dbmigrations.operator.decide.Decisions.untilTurn;
import static io.dbmigrations.operator.testing.Ends.TENANTS;
import static io.dbmigrations.operator.testing.Ends.differing;
import static io.dbmigrations.operator.testing.Ends.noTableOfTenants;
import static io.dbmigrations.operator.testing.Ends.rowsBeside;
import static io.dbmigrations.operator.testing.Ends.rowsOfTenants;
import static io.dbmigrations.operator.testing.Ends.succeededForTenants;
import static io.dbmigrations.operator.testing.Observations.JOB;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseIdentity;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.TableRows;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.observe.Urgency;
import io.dbmigrations.operator.testing.KnownDatabases;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is decided where env.py migrates a version table for each tenant. */
class SeveralTablesTest {

  private static final HeldRows ONE_LINE = new HeldRows(List.of("b3"), false);

  private static Observations atTarget(String... rows) {
    return Observations.atTarget(rows).database(KnownDatabases.TENANTS);
  }

  private static Observations found(DatabaseReading found, String... rows) {
    return atTarget(rows).read(Duration.ZERO, found);
  }

  @Test
  void saysWhereOneThatIsGoneMayBe() {
    DatabaseIdentity moved =
        new DatabaseIdentity("7", "platform", TENANTS, List.of("d.alembic_version"));
    DatabaseReading.Differing gone =
        new DatabaseReading.Differing(differing("003", null, "003").tables(), moved);
    assertThat(message(found(gone, "003")))
        .contains(
            "b.alembic_version is gone",
            "Further tables of these names are d.alembic_version: if that is one that is gone, move it back");
  }

  @Test
  void readsAllOfThemBeforeItBelievesASuccess() {
    assertThat(decide(underWay(succeededForTenants("003"))))
        .isEqualTo(new Decision.ReadDatabase(JOB + "/1", TENANTS, Urgency.AWAITED));
  }

  @Test
  void readsAllOfThemAgainAndAgain() {
    assertThat(decide(atTarget("003")))
        .isEqualTo(new Decision.ReadDatabase(JOB + "/1", TENANTS, Urgency.AWAITED));
    Decision.Report report = report(found(rowsOfTenants("003"), "003"));
    assertThat(report.reason()).isEqualTo(Reason.AT_TARGET_REVISION);
    assertThat(report.lookAgain()).isEqualTo(untilTurn());
    assertThat(report(atTarget("003").read(RESYNC, rowsOfTenants("003"))).next()).isNotNull();
  }

  @Test
  void namesTheTableThatWasSetBack() {
    Observations back = found(differing("003", "002", "003"), "003");
    assertThat(reason(back)).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(message(back))
        .contains(
            "Of 3 version tables b.alembic_version has 002; this resource left all of them at 003",
            "Somebody else migrates this database",
            "dbmigrations.io/retry")
        .doesNotContain("a.alembic_version", "c.alembic_version", "gone");
    assertThat(report(back).answers()).isTrue();
    assertThat(report(back).lookAgain()).isEqualTo(untilTurn());
  }

  @Test
  void namesTheTableThatIsGone() {
    assertThat(message(found(differing("003", null, "003"), "003")))
        .contains("b.alembic_version is gone", "Restore what is gone")
        .doesNotContain("Somebody else");
    assertThat(message(found(noTableOfTenants(), "003")))
        .contains("All 3 version tables are gone (a.alembic_version, b.alembic_version");
  }

  @Test
  void saysOfAllThatTheyWereSetBack() {
    assertThat(reason(found(rowsOfTenants("002"), "003"))).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(message(found(rowsOfTenants("002"), "003")))
        .contains("All 3 version tables have 002; this resource left them at 003");
  }

  @Test
  void namesEachWhereTheTargetHoldsInAllAndTheOtherLinesDiffer() {
    DatabaseReading.Differing found =
        new DatabaseReading.Differing(
            List.of(
                new TableRows("a.alembic_version", true, List.of("b3")),
                new TableRows("b.alembic_version", true, List.of("a1", "b3"))),
            new DatabaseIdentity("7", "platform", TENANTS));
    Observations other =
        Observations.atTarget(ONE_LINE, "b3")
            .database(KnownDatabases.TENANTS)
            .read(Duration.ZERO, found);
    assertThat(reason(other)).isEqualTo(Reason.REVISION_DRIFTED);
    assertThat(message(other)).contains("a.alembic_version has b3, b.alembic_version has a1,b3");
  }

  @Test
  void asksTheScriptsWhereTheRowsOfAllDoNotTell() {
    assertThat(
            decide(
                Observations.atTarget(ONE_LINE, "a1", "b3")
                    .database(KnownDatabases.TENANTS)
                    .read(Duration.ZERO, rowsOfTenants("m4"))))
        .satisfies(SeveralTablesTest::isACheck);
  }

  @Test
  void isReadyAgainWhenAllAreWhereTheyWereLeft() {
    Observations mended = atTarget("003").said(Reason.REVISION_DRIFTED, "b has 002");
    assertThat(reason(mended.read(Duration.ZERO, rowsOfTenants("003"))))
        .isEqualTo(Reason.AT_TARGET_REVISION);
  }

  @Test
  void noticesThatTheDatabaseIsGoneAsWithOneTable() {
    assertThat(reason(atTarget("003").readInVain(1, Reason.DATABASE_MISSING)))
        .isEqualTo(Reason.DATABASE_MISSING);
    Observations away =
        atTarget("003")
            .said(Reason.AT_TARGET_REVISION, "The database is at 003")
            .readInVain(2, Reason.DATABASE_UNREACHABLE);
    assertThat(reason(away)).isEqualTo(Reason.AT_TARGET_REVISION);
  }

  @Test
  void looksAtTheDatabaseAlsoWhereTheTablesCouldNotBeNamed() {
    assertThat(decide(Observations.atTarget("003").database(KnownDatabases.unnamed(900))))
        .isEqualTo(
            new Decision.ReadDatabase(
                JOB + "/1", new VersionTables(900, List.of()), Urgency.AWAITED));
    assertThat(
            reason(
                Observations.atTarget("003")
                    .database(KnownDatabases.unnamed(900))
                    .readInVain(1, Reason.DATABASE_MISSING)))
        .isEqualTo(Reason.DATABASE_MISSING);
  }

  @Test
  void findsOutWhetherAFurtherTableIsThatOfANewTenant() {
    DatabaseReading.Rows beside = rowsBeside(List.of("d.alembic_version"), "003");
    assertThat(
            decide(
                atTarget("003")
                    .database(KnownDatabases.tenantsBeside())
                    .read(Duration.ZERO, beside)))
        .satisfies(SeveralTablesTest::isACheck);
    // Once, and not while suspended, which would end Ready.
    assertThat(
            reason(
                atTarget("003")
                    .database(KnownDatabases.tenantsBeside("d.alembic_version"))
                    .read(Duration.ZERO, beside)))
        .isEqualTo(Reason.AT_TARGET_REVISION);
    assertThat(
            reason(
                atTarget("003")
                    .database(KnownDatabases.tenantsBeside())
                    .suspended()
                    .read(Duration.ZERO, beside)))
        .isEqualTo(Reason.AT_TARGET_REVISION);
    // Where none were looked for before, none is a new one.
    assertThat(reason(found(beside, "003"))).isEqualTo(Reason.AT_TARGET_REVISION);
    // One that is gone is nobody's.
    assertThat(
            reason(
                atTarget("003")
                    .database(KnownDatabases.tenantsBeside("d.alembic_version"))
                    .read(Duration.ZERO, rowsBeside(List.of(), "003"))))
        .isEqualTo(Reason.AT_TARGET_REVISION);
  }

  @Test
  void checksAgainAtEachReadingWhereACheckFoundATenantBehindThatIsNotRead() {
    Observations behind =
        Observations.ended(Reason.REVISION_DRIFTED, 0, null)
            .mode(MigrationMode.CHECK)
            .database(KnownDatabases.TENANTS);
    Instant ended = Instant.parse(behind.build().status().attempt().outcome().endedAt());
    assertThat(decide(behind.read(Duration.between(ended.plus(RESYNC), NOW), rowsOfTenants("003"))))
        .satisfies(SeveralTablesTest::isACheck);
    assertThat(
            reason(behind.read(Duration.between(ended.plusSeconds(1), NOW), rowsOfTenants("003"))))
        .isEqualTo(Reason.REVISION_DRIFTED);
    // What is seen to be wrong needs no Job.
    assertThat(
            reason(
                behind.read(
                    Duration.between(ended.plus(RESYNC), NOW), differing("003", "002", "003"))))
        .isEqualTo(Reason.REVISION_DRIFTED);
  }

  @Test
  void namesTheFirstOfManyAndCountsTheRest() {
    List<TableRows> tables =
        IntStream.range(0, 40)
            .mapToObj(
                i -> new TableRows("t%02d.v".formatted(i), true, List.of(i == 39 ? "003" : "002")))
            .toList();
    String words =
        new SeveralTables("003", "Somebody else migrates this database", "head")
            .drift(
                new DatabaseReading.Differing(
                    tables, new DatabaseIdentity("7", "platform", TENANTS)),
                rows -> rows.equals(List.of("003")));
    assertThat(words).contains("t04.v has 002 and 34 more; this").doesNotContain("t05");
  }

  private static void isACheck(Decision decision) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.StartAttempt.class,
            start -> assertThat(start.mode()).isEqualTo(MigrationMode.CHECK));
  }
}
