"""A migration that opens a connection of its own, beside the one that Alembic gives it."""

from __future__ import annotations

import signal

import pytest

from tests.conftest import no_session_is_left, wait_until
from tests.project import Project

DRIVERS = ["psycopg", "psycopg2", "pg8000", "asyncpg"]
BESIDE = """
with op.get_bind().engine.connect() as beside:
    beside.execute(sa.text("{statement}"))
    {then}
"""
AUTOCOMMIT = """
with op.get_bind().engine.connect().execution_options(isolation_level="AUTOCOMMIT") as beside:
    beside.execute(sa.text("{statement}"))
"""


def _beside(statement: str, then: str = "beside.commit()") -> str:
    return BESIDE.format(statement=statement, then=then)


@pytest.fixture(params=DRIVERS)
def at_001(project: Project, request: pytest.FixtureRequest) -> Project:
    project.use(request.param)
    project.script("001", upgrade='op.execute("CREATE TABLE t_001 (id int)"); op.execute("CREATE TABLE ledger (id int)")')
    assert project.run("head").reason == "AtTargetRevision"
    return project


@pytest.mark.parametrize("driver", DRIVERS)
def test_one_that_waits_for_its_own_migration_does_not_hang(project: Project, driver: str) -> None:
    """PostgreSQL sees no deadlock: the first session is idle, and only its client waits."""
    project.use(driver)
    project.line("001")
    assert project.run("head").reason == "AtTargetRevision"
    project.script("002", "001", upgrade=f'op.execute("ALTER TABLE t_001 ADD a int")\n{_beside("SELECT a FROM t_001")}')
    result = project.run("head")
    assert (result.reason, result.outcome["after"], result.outcome["revision"]) == ("MigrationFailed", ["001"], "002")
    assert "waits for itself: `SELECT a FROM t_001` on a connection of its own" in result.message
    assert result.seconds < 15
    no_session_is_left(project.database)


@pytest.mark.requires("autobegin")
def test_what_it_commits_is_not_taken_for_more_than_that(at_001: Project) -> None:
    at_001.script(
        "002",
        "001",
        upgrade=f"""
op.execute("CREATE TABLE within (id int)")
{_beside("INSERT INTO ledger VALUES (1)")}
{_beside("INSERT INTO ledger VALUES (2)", "beside.rollback()")}
raise ValueError("no")
""",
    )
    result = at_001.run("head")
    assert (result.reason, result.outcome["after"], result.outcome["revision"]) == ("PartiallyApplied", ["001"], "002")
    assert "(committed: INSERT INTO ledger VALUES)" in result.message
    assert at_001.database.query("SELECT id FROM ledger") == [(1,)]
    assert at_001.database.tables() == ["alembic_version", "ledger", "t_001"]


@pytest.mark.parametrize("at_001", ["psycopg", "asyncpg"], indirect=True)
def test_what_it_only_reads_is_no_part_of_a_failure(at_001: Project) -> None:
    at_001.script("002", "001", upgrade=f'{_beside("SELECT 1", "pass")}\nraise ValueError("no")')
    assert at_001.run("head").reason == "MigrationFailed"


def test_a_concurrent_index_may_wait_there_too(at_001: Project) -> None:
    at_001.script("002", "001", upgrade=AUTOCOMMIT.format(statement="CREATE INDEX CONCURRENTLY i ON t_001 (id)"))
    with at_001.database.connect() as writer:
        writer.execute("BEGIN; INSERT INTO t_001 VALUES (1)")
        running = at_001.start("head", timeouts={"lock": 500})
        wait_until(
            lambda: at_001.database.query(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX CONC%' "
                "AND now() - query_start > '700ms'"
            )
        )
        writer.execute("COMMIT")
    result = running.result()
    if at_001.driver == "asyncpg":
        # Its last result keeps a snapshot as long as the transaction lasts, for which the index waits.
        assert (result.reason, result.outcome["after"]) == ("InvalidIndex", ["001"])
        assert "upgrade() of revision 002 waits for itself" in result.message
    else:
        assert result.reason == "AtTargetRevision", result.message


@pytest.mark.parametrize("at_001", ["psycopg", "asyncpg"], indirect=True)
def test_an_invalid_index_that_it_leaves_is_never_stamped_over(at_001: Project) -> None:
    at_001.database.execute("INSERT INTO t_001 VALUES (1), (1)")
    create = AUTOCOMMIT.format(statement="CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t_001 (id)")
    at_001.script("002", "001", upgrade=create)
    for _ in range(2):
        result = at_001.run("head")
        assert (result.reason, result.outcome["after"]) == ("InvalidIndex", ["001"]), result.message
        assert "public.i" in result.message


@pytest.mark.parametrize("at_001", ["psycopg", "asyncpg"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_its_statement_ends_with_the_run(at_001: Project, number: signal.Signals) -> None:
    at_001.script("002", "001", upgrade=_beside("SELECT pg_sleep(30)"))
    running = at_001.start("head")
    asleep = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(30)'"
    wait_until(lambda: at_001.database.query(asleep))
    running.process.send_signal(number)
    running.process.wait(5)
    no_session_is_left(at_001.database)


@pytest.mark.requires("sqlite")
def test_one_to_another_kind_of_database_is_left_alone(project: Project) -> None:
    upgrade = """
from sqlalchemy import create_engine, text
with create_engine("sqlite://").connect() as beside:
    assert beside.execute(text("SELECT 1")).scalar() == 1
"""
    project.script("001", upgrade=upgrade)
    assert project.run("head").reason == "AtTargetRevision"


def test_a_session_that_is_lost_beside_it_is_the_reason(at_001: Project) -> None:
    upgrade = 'op.execute("INSERT INTO t_001 VALUES (1)")\n' + _beside("SELECT 1", "pass")
    at_001.script("002", "001", upgrade=f'{upgrade}\nop.execute("SELECT pg_terminate_backend(pg_backend_pid())")')
    result = at_001.run("head")
    assert (result.reason, result.outcome["after"]) == ("ConnectionLost", ["001"]), result.stderr


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_one_by_the_driver_alone_that_is_in_the_way_is_known_to_be_the_runs_own(project: Project, driver: str) -> None:
    project.use(driver)
    project.script("001")
    assert project.run("head").code == 0
    own = project.database.url("psycopg").replace("+psycopg", "")
    project.script(
        "002",
        "001",
        upgrade=f"""
        import psycopg
        other = psycopg.connect("{own}")
        other.execute("SELECT * FROM t_001")
        op.execute("ALTER TABLE t_001 ADD COLUMN a int")
        """,
    )
    result = project.run("head", timeouts={"lock": 1500})
    assert (result.reason, result.outcome["after"]) == ("MigrationFailed", ["001"])
    assert "another connection of this very run holds it" in result.message
    assert "End the session" not in result.message
