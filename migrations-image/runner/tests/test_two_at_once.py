"""Several who migrate one database: one after the other, or not at all."""

from __future__ import annotations

import zlib

import pytest

from dbmigration.session.lock import SPACE
from tests.conftest import no_session_is_left, wait_until
from tests.project import Project

_UNSIGNED = zlib.crc32(b'"public"."alembic_version"')
KEY_OF_PUBLIC_ALEMBIC_VERSION = _UNSIGNED - (1 << 32) if _UNSIGNED >= 1 << 31 else _UNSIGNED
SLOW = 'op.execute("INSERT INTO ledger VALUES (1)"); op.execute("SELECT pg_sleep(4)")'


def _asleep(project: Project) -> object:
    return project.database.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'"
    )


def _asleep_without_lock(project: Project) -> object:
    return project.database.query(
        "SELECT 1 FROM pg_stat_activity a WHERE datname = current_database() AND state = 'active' "
        "AND query LIKE 'SELECT pg_advisory_unlock_all(), pg_sleep%' "
        "AND NOT EXISTS (SELECT 1 FROM pg_locks l WHERE l.pid = a.pid AND locktype = 'advisory')"
    )


def test_two_runners_do_the_work_once(project: Project) -> None:
    project.database.execute("CREATE TABLE ledger (n int)")
    project.script("001", upgrade=SLOW)
    # A Pod of one attempt that Kubernetes starts twice.
    both = [project.start("head", attempt=1, timeouts={"busy": 30000}) for _ in range(2)]
    results = [running.result() for running in both]
    assert [result.reason for result in results] == ["AtTargetRevision", "AtTargetRevision"]
    assert sorted(result.outcome["plan"]["steps"] for result in results) == [0, 1]
    assert project.database.query("SELECT count(*) FROM ledger") == [(1,)]


def test_who_does_not_get_the_lock_names_who_has_it(project: Project) -> None:
    project.database.execute("CREATE TABLE ledger (n int)")
    project.script("001", upgrade=SLOW.replace("(4)", "(30)"))
    first = project.start("head", name="team/first")
    wait_until(lambda: _asleep(project))
    second = project.run("head", timeouts={"busy": 700})
    assert (second.code, second.reason) == (1, "DatabaseBusy")
    assert "application dbmigration team/first 1/1 001" in second.message
    assert "timeouts.busy" in second.message
    assert [event["what"] for event in second.events if event["event"] == "waiting"] == ["another migration"]
    first.process.terminate()
    assert first.result().reason == "Interrupted"


def test_waiting_for_the_lock_does_not_hang_a_concurrent_index_of_its_holder(project: Project) -> None:
    project.script(
        "001",
        upgrade="""
        op.execute("CREATE TABLE a AS SELECT generate_series(1, 1000) AS n")
        op.execute("SELECT pg_sleep(4)")
        with op.get_context().autocommit_block():
            op.execute("CREATE INDEX CONCURRENTLY i ON a (n)")
    """,
    )
    first = project.start("head")
    wait_until(lambda: _asleep(project))
    second = project.start("head", timeouts={"busy": 20000})
    assert first.result().reason == "AtTargetRevision"
    assert second.result().outcome["plan"]["steps"] == 0


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
@pytest.mark.parametrize("statement", ["DISCARD ALL", "SELECT pg_advisory_unlock_all()"])
def test_a_migration_that_gives_up_its_lock_is_given_it_again(project: Project, statement: str, driver: str) -> None:
    project.use(driver)
    project.script(
        "001",
        upgrade=f"""
        with op.get_context().autocommit_block():
            op.execute("{statement}")
            op.execute("CREATE TABLE limits AS SELECT name, setting FROM pg_settings WHERE name LIKE '%_timeout'")
        op.execute("SELECT pg_sleep(30)")
    """,
    )
    first = project.start("head", timeouts={"lock": 4321, "statement": 54321})
    wait_until(lambda: _asleep(project))
    second = project.run("head", timeouts={"busy": 1})
    assert (second.reason, "application dbmigration team/thing" in second.message) == ("DatabaseBusy", True), second.message
    first.process.terminate()
    assert first.result().reason == "PartiallyApplied"
    limits = dict(project.database.query("SELECT name, setting FROM limits"))
    assert (limits["lock_timeout"], limits["statement_timeout"]) == ("4321", "54321")


def test_a_migration_that_lost_its_lock_to_another_one_ends(project: Project) -> None:
    project.script("001", upgrade='op.execute("SELECT pg_advisory_unlock_all(), pg_sleep(4)")')
    first = project.start("head")
    wait_until(lambda: _asleep_without_lock(project))
    with project.database.connect() as other:
        other.execute(f"SELECT pg_advisory_lock({SPACE}, {KEY_OF_PUBLIC_ALEMBIC_VERSION})")
        result = first.result()
    assert result.reason == "DatabaseBusy"
    assert "Take DISCARD ALL and pg_advisory_unlock_all() out of the script" in result.message
    assert project.database.made() == []


def test_version_tables_of_different_schemas_do_not_wait_for_each_other(project: Project) -> None:
    project.database.execute("CREATE TABLE ledger (n int); CREATE SCHEMA other")
    project.script("001", upgrade=SLOW)
    first = project.start("head")
    wait_until(lambda: _asleep(project))
    project.sync('version_table_schema="other", version_table="versions"')
    second = project.start("head", timeouts={"busy": 1})
    result = second.result()
    assert (result.reason, result.outcome["versionTable"]) == ("AtTargetRevision", "other.versions")
    assert first.result().reason == "AtTargetRevision"


def test_rows_that_somebody_else_changed_meanwhile_are_not_overwritten(project: Project) -> None:
    project.line("001")
    project.script("002", "001", upgrade='op.execute("SELECT pg_sleep(4)")')
    assert project.run("001").code == 0
    running = project.start("head")
    wait_until(lambda: _asleep(project))
    project.database.execute("UPDATE alembic_version SET version_num = 'elsewhere'")
    result = running.result()
    assert (result.reason, result.outcome["revision"], result.outcome["after"]) == ("DatabaseBusy", "002", ["elsewhere"])
    assert "changed by somebody else" in result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
@pytest.mark.parametrize("end", ["SIGTERM", "pg_terminate_backend"])
def test_who_waits_for_the_lock_can_be_ended(project: Project, driver: str, end: str) -> None:
    project.line("001")
    waiter = (
        "SELECT {} FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'dbmigration team/waiter'"
    )
    with project.database.connect() as holder:
        holder.execute(f"SELECT pg_advisory_lock({SPACE}, {KEY_OF_PUBLIC_ALEMBIC_VERSION})")
        project.use(driver)
        running = project.start("head", name="team/waiter", timeouts={"busy": 0})
        wait_until(lambda: project.database.query(waiter.format(1)))
        if end == "SIGTERM":
            running.process.terminate()
        else:
            project.database.query(waiter.format("pg_terminate_backend(pid)"))
        result = running.result(5)
    assert result.reason == ("Interrupted" if end == "SIGTERM" else "ConnectionLost")
    assert project.database.tables() == []
    no_session_is_left(project.database)
