"""What env.py does behind the failure of a step is no part of that step, whatever of it is committed."""

from __future__ import annotations

import pytest

from tests.project import Project, Result

FAILS = 'op.create_table("t_002", sa.Column("id", sa.Integer))\nop.execute("insert into nosuch values (1)")'
SYNC = """
import os
from alembic import context
from sqlalchemy import create_engine, pool, text

engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
with engine.connect() as connection:
    connection.execute(text("SELECT pg_advisory_lock(4711)"))
    connection.commit()
    try:
        context.configure(connection=connection{options})
        with context.begin_transaction():
            context.run_migrations()
    {behind}
"""
ASYNC = """
import asyncio
import os
from alembic import context
from sqlalchemy import pool, text
from sqlalchemy.ext.asyncio import create_async_engine

def run(connection):
    context.configure(connection=connection{options})
    with context.begin_transaction():
        context.run_migrations()

async def main():
    engine = create_async_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT pg_advisory_lock(4711)"))
        await connection.commit()
        try:
            await connection.run_sync(run)
        finally:
            await connection.execute(text("SELECT pg_advisory_unlock(4711)"))
            await connection.commit()

asyncio.run(main())
"""
UNLOCK = 'connection.execute(text("SELECT pg_advisory_unlock(4711)"))'
CAUGHT = "except Exception:\n        "
LOG = 'execute(text("INSERT INTO deploy_log VALUES (7)"))'
BEHIND = {
    "unlocks": f"finally:\n        {UNLOCK}\n        connection.commit()",
    "by another connection": f"finally:\n        with engine.begin() as other: other.{LOG}",
    "where it is caught": f"{CAUGHT}connection.{LOG}; connection.commit()\n        raise",
    "after a rollback": f"{CAUGHT}connection.rollback(); connection.{LOG}; connection.commit()\n        raise",
    "and ends": f"{CAUGHT}with engine.begin() as other: other.{LOG}\n        raise SystemExit(1)",
}


def _project(project: Project, behind: str = "unlocks", upgrade: str = FAILS, options: str = "") -> Project:
    text = (
        ASYNC.replace("{options}", options)
        if project.driver == "asyncpg"
        else SYNC.format(options=options, behind=BEHIND[behind])
    )
    project.env_py.write_text(text)
    project.database.execute("CREATE TABLE deploy_log (at int)")
    project.line("001")
    project.script("002", "001", upgrade=upgrade)
    return project


def _assert_failed(result: Result, project: Project, after: list[str]) -> None:
    assert result.outcome["revision"] == "002", result.message
    assert "committed:" not in result.message
    assert "stamp" not in result.message
    assert "t_002" not in project.database.tables()
    assert result.outcome["after"] == after


@pytest.mark.requires("autobegin")
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg"])
def test_a_lock_that_it_gives_back_is_no_part_of_the_step(project: Project, driver: str) -> None:
    project.use(driver)
    result = _project(project).run("head")
    _assert_failed(result, project, [])
    assert result.reason == "MigrationFailed"
    assert 'In upgrade() of revision 002 the server said: relation "nosuch" does not exist' in result.message


@pytest.mark.requires("autobegin")
@pytest.mark.parametrize("behind", [one for one in BEHIND if one != "unlocks"])
def test_what_it_writes_is_no_part_of_the_step(project: Project, behind: str) -> None:
    result = _project(project, behind).run("head")
    _assert_failed(result, project, [])
    assert (result.reason, result.outcome["sqlstate"]) == ("MigrationFailed", "42P01")
    assert project.database.query("SELECT at FROM deploy_log") == [(7,)]


@pytest.mark.requires("autobegin")
def test_with_a_transaction_for_each_step_those_before_it_are_applied(project: Project) -> None:
    result = _project(project, options=", transaction_per_migration=True").run("head")
    _assert_failed(result, project, ["001"])
    assert (result.reason, result.message[:43]) == ("PartiallyApplied", "Some of the steps are applied, and then: in")


@pytest.mark.requires("autobegin")
def test_a_script_that_raises_and_a_step_down_are_told_as_well(project: Project) -> None:
    raises = 'op.create_table("t_002", sa.Column("id", sa.Integer))\nraise ValueError("no")'
    result = _project(project, upgrade=raises).run("head")
    _assert_failed(result, project, [])
    assert "upgrade() of revision 002 raised ValueError: no" in result.message
    project.script("002", "001", downgrade='op.drop_table("t_002")\nop.execute("insert into nosuch values (1)")')
    assert project.run("head").reason == "AtTargetRevision"
    down = project.run("001")
    assert (down.reason, down.outcome["after"]) == ("MigrationFailed", ["002"]), down.message
    assert "t_002" in project.database.tables()


@pytest.mark.requires("autobegin")
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg"])
def test_a_lock_that_is_held_is_tried_again(project: Project, driver: str) -> None:
    project.use(driver)
    upgrade = 'op.create_table("t_002", sa.Column("id", sa.Integer))\nop.execute("ALTER TABLE busy ADD z int")'
    _project(project, upgrade=upgrade)
    project.database.execute("CREATE TABLE busy (id int)")
    with project.database.connect(superuser=True) as holder:
        holder.execute("BEGIN; LOCK TABLE busy")
        running = project.start("head", timeouts={"lock": 1500})
        result = running.result()
    _assert_failed(result, project, [])
    assert result.reason == "LockTimeout"
    assert "within 1.5 s (timeouts.lock) in upgrade() of revision 002; it is held by process" in result.message


@pytest.mark.requires("autobegin")
@pytest.mark.parametrize(
    ("statement", "reason"),
    [("SELECT pg_sleep(20)", "StatementTimeout"), ("SELECT pg_terminate_backend(pg_backend_pid())", "ConnectionLost")],
)
def test_a_timeout_and_a_lost_connection_are_what_they_are(project: Project, statement: str, reason: str) -> None:
    upgrade = f'op.create_table("t_002", sa.Column("id", sa.Integer))\nop.execute("{statement}")'
    result = _project(project, upgrade=upgrade).run("head", timeouts={"statement": 700})
    _assert_failed(result, project, [])
    assert result.reason == reason, result.message


@pytest.mark.requires("autobegin")
def test_a_part_of_the_step_that_is_committed_is_told_and_nothing_else(project: Project) -> None:
    upgrade = """
    op.execute("CREATE TABLE kept (id int)")
    with op.get_bind().begin_nested() as point:
        op.execute("CREATE TABLE back (id int)")
        point.rollback()
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY i ON kept (id)")
    op.execute("CREATE TABLE lost (id int)")
    op.execute("SELECT 1/0")
    """
    result = _project(project, upgrade=upgrade).run("head")
    assert result.reason == "PartiallyApplied"
    assert "(committed: CREATE TABLE kept; CREATE INDEX CONCURRENTLY i ON kept)" in result.message
    assert {"kept", "back", "lost"}.intersection(project.database.tables()) == {"kept"}


@pytest.mark.requires("autobegin")
def test_a_commit_that_the_server_refuses_commits_nothing(project: Project) -> None:
    upgrade = """
    op.execute("CREATE TABLE kept (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    op.execute("INSERT INTO kept VALUES (1), (1)")
    op.get_bind().commit()
    """
    result = _project(project, upgrade=upgrade).run("head")
    _assert_failed(result, project, [])
    assert (result.reason, result.outcome["sqlstate"]) == ("MigrationFailed", "23505")


@pytest.mark.requires("autobegin")
def test_what_another_connection_of_the_script_commits_is_part_of_the_step(project: Project) -> None:
    upgrade = """
    with op.get_bind().engine.connect() as other:
        other.execute(sa.text("CREATE TABLE beside (id int)"))
        other.commit()
        other.execute(sa.text("CREATE TABLE gone (id int)"))
    op.execute("SELECT 1/0")
    """
    result = _project(project, upgrade=upgrade).run("head")
    assert (result.reason, "(committed: CREATE TABLE beside)" in result.message) == ("PartiallyApplied", True), result.message


TENANTS = """
import os
from alembic import context
from sqlalchemy import create_engine, pool, text

engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
failed = []
for tenant in ("north", "south", "west"):
    with engine.connect() as connection:
        connection.execute(text('CREATE SCHEMA IF NOT EXISTS "%s"' % tenant))
        connection.execute(text('SET search_path TO "%s"' % tenant))
        connection.commit()
        connection.dialect.default_schema_name = tenant
        context.configure(connection=connection, target_metadata=None)
        try:
            with context.begin_transaction():
                context.run_migrations()
        except Exception as error:
            failed.append(tenant)
"""
ENDS = {
    "returns": "",
    "exits": "\nif failed: raise SystemExit('failed: ' + ', '.join(failed))\n",
    "raises": "\nif failed: raise RuntimeError('failed: ' + ', '.join(failed))\n",
}
SOUTH = """op.execute("SELECT 1 / (current_schema() <> 'south')::int")"""


def _tenants(project: Project, end: str, upgrade: str) -> Project:
    project.sync()
    project.env_py.write_text(TENANTS + ENDS[end])
    project.line("001")
    project.script("002", "001", upgrade=upgrade)
    return project


@pytest.mark.requires("autobegin")
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(
    ("upgrade", "said"),
    [
        (SOUTH, "in upgrade() of revision 002 (south.alembic_version) the server said: division by zero"),
        (
            "if op.get_bind().scalar(sa.text('SELECT current_schema()')) == 'south': raise ValueError('no rows')",
            "upgrade() of revision 002 (south.alembic_version) raised ValueError: no rows",
        ),
    ],
)
def test_of_several_tenants_the_one_that_failed_is_named(project: Project, end: str, upgrade: str, said: str) -> None:
    result = _tenants(project, end, upgrade).run("head")
    assert (result.reason, result.outcome["revision"]) == ("PartiallyApplied", "002"), result.message
    assert f"Some of the steps are applied, and one failed: {said}" in result.message
    assert "north.alembic_version, west.alembic_version was at base and is now at 002" in result.message
    assert "south.alembic_version still at base" in result.message
    assert "stamp" not in result.message
    caught = {"exits": "exit failed: south", "raises": "RuntimeError: failed: south"}.get(end)
    assert (f"env.py caught that, and ended with {caught} (" in result.message) == (caught is not None)


@pytest.mark.requires("autobegin")
def test_a_tenant_whose_lock_is_held_is_tried_again(project: Project) -> None:
    project.database.execute("CREATE SCHEMA south; CREATE TABLE south.busy (id int)")
    upgrade = """
    if op.get_bind().scalar(sa.text("SELECT current_schema()")) == "south": op.execute("ALTER TABLE busy ADD z int")
    """
    _tenants(project, "exits", upgrade)
    with project.database.connect(superuser=True) as holder:
        holder.execute("BEGIN; LOCK TABLE south.busy")
        result = project.run("head", timeouts={"lock": 1000})
    assert result.reason == "LockTimeout", result.message
    assert "within 1 s (timeouts.lock) in upgrade() of revision 002 (south.alembic_version)" in result.message


def test_a_loop_over_no_tenants_is_named(project: Project) -> None:
    project.sync()
    text = project.env_py.read_text().replace("\nrun_m", "\nfor tenant in ():\n    run_m")
    project.env_py.write_text(text)
    project.line("001")
    result = project.run("head")
    assert result.reason == "ConfigurationError"
    line = text[: text.index("for tenant")].count("\n") + 1
    assert f"If its loop in line {line} goes over tenants, the list of them was empty" in result.message
