"""The application goes on: no statement of a migration waits for a lock, with the application behind it, for long."""

from __future__ import annotations

import time

import pytest

from tests.conftest import wait_until
from tests.project import Project

ALTER = 'op.execute("ALTER TABLE t_001 ADD COLUMN a int")'
# What a migration may do to its own limit, by mistake or not.
LIFTED = [
    "SET lock_timeout = 0",
    "SET LOCAL lock_timeout = 0",
    "SET lock_timeout = '1h'",
    "SET lock_timeout TO DEFAULT",
    "RESET lock_timeout",
    "RESET ALL",
    "SELECT set_config('lock_timeout', '0', false)",
]
# Each needs a lock of others, or waits for their transactions, in autocommit mode.
CONCURRENTLY = [
    "CREATE INDEX CONCURRENTLY i ON t_001 (id)",
    "/* for the report */ CREATE INDEX CONCURRENTLY i ON t_001 (id)",
    "-- for the report\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t_001 (id)",
    "DROP INDEX CONCURRENTLY old",
    "REINDEX INDEX CONCURRENTLY old",
    "REINDEX (VERBOSE) TABLE CONCURRENTLY t_001",
    "/* x */ " * 30 + "/* /* nested */ */ DROP INDEX /* no lock */ CONCURRENTLY old;",
]
# None of these waits beside the application's writes, whatever it speaks of.
NOT_CONCURRENTLY = [
    "CREATE INDEX i ON t_001 (id) -- not concurrently",
    "CREATE INDEX /* CONCURRENTLY */ i ON t_001 (id)",
    "CREATE INDEX i ON t_001 (id) WHERE 'concurrently' <> ''",
    'CREATE INDEX "concurrently" ON t_001 (id)',
    "/* x */ " * 30 + "CREATE INDEX i ON t_001 (id)",
]


@pytest.fixture
def at_001(project: Project) -> Project:
    project.script("001", upgrade='op.execute("CREATE TABLE t_001 (id int)"); op.execute("CREATE INDEX old ON t_001 (id)")')
    assert project.run("head").code == 0
    return project


@pytest.mark.parametrize("statement", LIFTED)
def test_the_limit_holds_whatever_the_migration_sets(at_001: Project, statement: str) -> None:
    at_001.script("002", "001", upgrade=f'op.execute("CREATE TABLE b (id int)"); op.execute("{statement}")\n{ALTER}')
    with at_001.database.connect(superuser=True) as holder:
        holder.execute("SET application_name = 'nightly-report'; BEGIN; LOCK TABLE t_001 IN ACCESS SHARE MODE")
        result = at_001.run("head", timeouts={"lock": 1500})
    assert (result.reason, result.outcome["sqlstate"], result.outcome["after"]) == ("LockTimeout", "55P03", ["001"])
    assert "application nightly-report" in result.message
    assert at_001.database.tables() == ["alembic_version", "t_001"]


def test_a_limit_that_is_rolled_back_to_none_is_set_again(at_001: Project) -> None:
    at_001.script(
        "002",
        "001",
        upgrade=f"""
        op.execute("SET lock_timeout = 0")
        op.execute("SAVEPOINT s")
        op.execute("SET lock_timeout = '1ms'")
        op.execute("ROLLBACK TO SAVEPOINT s")
        {ALTER}
    """,
    )
    with at_001.database.connect(superuser=True) as holder:
        holder.execute("BEGIN; LOCK TABLE t_001 IN ACCESS SHARE MODE")
        assert at_001.run("head", timeouts={"lock": 500}).reason == "LockTimeout"


def test_a_shorter_limit_of_the_migration_stays(at_001: Project) -> None:
    at_001.script("002", "001", upgrade=f"op.execute(\"SET lock_timeout = '100ms'\")\n{ALTER}")
    with at_001.database.connect(superuser=True) as holder:
        holder.execute("BEGIN; LOCK TABLE t_001 IN ACCESS SHARE MODE")
        result = at_001.run("head", timeouts={"lock": 20000})
    assert result.reason == "LockTimeout"
    assert "not to be had as long as the script itself waits for it" in result.message
    assert result.seconds < 15


def test_the_application_waits_behind_a_migration_no_longer_than_the_limit(at_001: Project) -> None:
    at_001.script("002", "001", upgrade=ALTER)
    waiting = (
        "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND datname = current_database() "
        "WHERE NOT granted AND relation = 't_001'::regclass"
    )
    with at_001.database.connect(superuser=True) as holder, at_001.database.connect() as application:
        holder.execute("BEGIN; LOCK TABLE t_001 IN ACCESS SHARE MODE")
        running = at_001.start("head", timeouts={"lock": 1000})
        wait_until(lambda: at_001.database.query(waiting))
        began = time.monotonic()
        application.execute("SELECT count(*) FROM t_001")
        waited = time.monotonic() - began
        result = running.result()
        # The report still has its lock, and nobody stands behind it.
        assert at_001.database.query(waiting) == []
    assert result.reason == "LockTimeout"
    assert waited < 2


@pytest.mark.parametrize("statement", CONCURRENTLY)
def test_a_statement_that_waits_by_its_nature_is_left_to_wait(at_001: Project, statement: str) -> None:
    at_001.script(
        "002",
        "001",
        upgrade=f"""
        with op.get_context().autocommit_block():
            op.execute({statement!r})
        op.execute("CREATE TABLE limits AS SELECT current_setting('lock_timeout') AS after_it")
    """,
    )
    with at_001.database.connect() as writer:
        writer.execute("BEGIN; INSERT INTO t_001 VALUES (1)")
        running = at_001.start("head", timeouts={"lock": 200})
        wait_until(
            lambda: at_001.database.query(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
                "AND application_name LIKE 'dbmigration team%'"
            )
        )
        with pytest.raises(Exception, match="timed out"):
            running.process.wait(0.7)
        with at_001.database.connect() as application:
            application.execute("SET lock_timeout = '100ms'; INSERT INTO t_001 VALUES (2)")
        writer.execute("COMMIT")
    result = running.result()
    assert result.reason == "AtTargetRevision", result.message
    assert at_001.database.query("SELECT after_it FROM limits") == [("200ms",)]


@pytest.mark.parametrize("statement", NOT_CONCURRENTLY)
def test_the_limit_holds_for_a_statement_that_only_speaks_of_it(at_001: Project, statement: str) -> None:
    at_001.script("002", "001", upgrade=f"op.execute({statement!r})")
    with at_001.database.connect() as writer:
        writer.execute("BEGIN; INSERT INTO t_001 VALUES (1)")
        running = at_001.start("head", timeouts={"lock": 300})
        try:
            assert running.result(timeout=20).reason == "LockTimeout"
        finally:
            running.process.kill()


def test_a_partition_is_detached_concurrently_behind_a_long_reader(project: Project) -> None:
    if project.database.query("SELECT current_setting('server_version_num')::int < 140000") == [(True,)]:
        pytest.skip("PostgreSQL 14 or later")
    project.script("001", upgrade='op.execute("CREATE TABLE p (id int) PARTITION BY LIST (id)")')
    project.script("002", "001", upgrade='op.execute("CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1)")')
    project.script(
        "003",
        "002",
        upgrade="""
        with op.get_context().autocommit_block():
            op.execute("ALTER TABLE p DETACH PARTITION p_1 CONCURRENTLY")
    """,
    )
    assert project.run("002").code == 0
    with project.database.connect() as reader:
        reader.execute("BEGIN; SELECT * FROM p")
        running = project.start("head", timeouts={"lock": 200})
        wait_until(
            lambda: project.database.query(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'ALTER TABLE p DETACH%' "
                "AND wait_event_type = 'Lock'"
            )
        )
        with pytest.raises(Exception, match="timed out"):
            running.process.wait(0.7)
    assert running.result().reason == "AtTargetRevision"


def test_the_limit_is_set_again_after_a_concurrent_statement_that_failed(at_001: Project) -> None:
    at_001.script(
        "002",
        "001",
        upgrade=f"""
        with op.get_context().autocommit_block():
            try:
                op.execute("DROP INDEX CONCURRENTLY nowhere")
            except Exception:
                pass
        {ALTER}
    """,
    )
    with at_001.database.connect(superuser=True) as holder:
        holder.execute("BEGIN; LOCK TABLE t_001 IN ACCESS SHARE MODE")
        assert at_001.run("head", timeouts={"lock": 500}).reason == "LockTimeout"
