"""An env.py that takes several tenants at the same time: Alembic has one context for them all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project import Project

pytestmark = pytest.mark.requires("autobegin")
HEAD = """
import asyncio, os, sys, threading, types
from concurrent.futures import ThreadPoolExecutor
from alembic import context
from sqlalchemy import create_engine, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

sys.modules["begun"] = begun = types.ModuleType("begun")
begun.first, begun.pause, TENANTS = threading.Event(), lambda: None, ("a", "b", "c")
"""
SYNC = (
    HEAD
    + """
engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
def tenant(name):
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {name}"))
        connection.execute(text(f"SET search_path TO {name}"))
        connection.commit()
        context.configure(connection=connection, version_table_schema=name{options})
        with context.begin_transaction():
            context.run_migrations()
def later(name):
    begun.first.wait(20)
    tenant(name)
"""
)
ASYNC = (
    HEAD
    + """
engine = create_async_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
def migrate(connection, name):
    context.configure(connection=connection, version_table_schema=name{options})
    with context.begin_transaction():
        context.run_migrations()
async def tenant(name):
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {name}"))
        await connection.execute(text(f"SET search_path TO {name}"))
        await connection.commit()
        await connection.run_sync(migrate, name)
"""
)
AT_ONCE = {
    "a pool of threads": SYNC + "with ThreadPoolExecutor() as workers:\n"
    "    for one in [workers.submit(tenant, 'a'), workers.submit(later, 'b'), workers.submit(later, 'c')]: one.result()\n",
    "a thread whose failure nobody looks at": SYNC + "beside = threading.Thread(target=later, args=('b',))\n"
    "beside.start()\ntenant('a')\nbeside.join()\n",
    "a thread that catches it": SYNC + "def caught(name):\n    try: later(name)\n    except Exception: pass\n"
    "beside = threading.Thread(target=caught, args=('b',))\nbeside.start()\ntenant('a')\nbeside.join()\n",
    "greenlets": SYNC
    + """
import greenlet
begun.pause = greenlet.getcurrent().switch
first, second = greenlet.greenlet(lambda: tenant("a")), greenlet.greenlet(lambda: tenant("b"))
first.switch()
try: second.switch()
finally: first.switch()
""",
    "asyncio.gather": ASYNC
    + "async def all_of_them():\n    await asyncio.gather(*map(tenant, TENANTS))\nasyncio.run(all_of_them())\n",
}
ONE_BY_ONE = {
    "a loop": SYNC + "for name in TENANTS: tenant(name)\n",
    "threads that are waited for": SYNC + "for name in TENANTS:\n    one = threading.Thread(target=tenant, args=(name,))\n"
    "    one.start()\n    one.join()\n",
    # It may be another of its threads each time, and the former one is there yet.
    "a pool of threads": SYNC
    + "with ThreadPoolExecutor(2) as workers:\n    for name in TENANTS: workers.submit(tenant, name).result()\n",
    "a pool of one thread": SYNC + "with ThreadPoolExecutor(1) as workers: list(workers.map(tenant, TENANTS))\n",
    "another thread for the steps": SYNC.replace(
        "context.run_migrations()",
        "one = threading.Thread(target=context.run_migrations)\n            one.start()\n            one.join()",
    )
    + "for name in TENANTS: tenant(name)\n",
    "tasks": ASYNC + "async def all_of_them():\n    for name in TENANTS: await asyncio.create_task(tenant(name))\n"
    "asyncio.run(all_of_them())\n",
    "event loops": ASYNC + "for name in TENANTS: asyncio.run(tenant(name))\n",
    "threads, committed together": HEAD
    + """
engine, open_ = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool), []
def tenant(name):
    connection = engine.connect()
    connection.execute(text(f"CREATE SCHEMA {name}"))
    connection.execute(text(f"SET search_path TO {name}"))
    open_.append(connection)
    context.configure(connection=connection, version_table_schema=name)
    context.run_migrations()
for name in TENANTS:
    one = threading.Thread(target=tenant, args=(name,))
    one.start()
    one.join()
for connection in open_: connection.commit()
""",
}
SLOW = """
import begun, time
begun.first.set()
begun.pause()
time.sleep(0.5)
op.execute("SELECT pg_sleep(0.5)")
op.execute("CREATE TABLE IF NOT EXISTS t_{0} (id int)")
"""


def _by(project: Project, env_py: str, options: str = "") -> Project:
    project.use("psycopg, asynchronously" if env_py.startswith(ASYNC.partition("{")[0]) else "psycopg2")
    project.env_py.write_text(env_py.replace("{options}", options))
    return project


def _rows_without_tables(project: Project) -> list[tuple[Any, ...]]:
    """Those of a version table beside which a table is lacking that its revision makes."""
    found = []
    for (schema,) in project.database.query("SELECT schemaname FROM pg_tables WHERE tablename = 'alembic_version'"):
        tables = {row[0] for row in project.database.query(f"SELECT tablename FROM pg_tables WHERE schemaname = '{schema}'")}
        for (row,) in project.database.query(f"SELECT version_num FROM {schema}.alembic_version"):
            found += [(schema, row, name) for name in ("t_001", "t_002") if name <= f"t_{row}" and name not in tables]
    return found


@pytest.mark.parametrize("options", ["", ", transaction_per_migration=True"])
@pytest.mark.parametrize("way", AT_ONCE)
def test_the_second_is_refused_before_its_first_step(project: Project, way: str, options: str) -> None:
    _by(project, AT_ONCE[way], options)
    project.script("001", upgrade=SLOW.format("001"))
    project.script("002", "001", upgrade=SLOW.format("002"))
    for _ in range(2):
        result = project.run("head")
        assert result.reason == "ConfigurationError", result.message + result.stderr
        assert (
            f"{project.env_py} takes several tenants at the same time (threads, asyncio.gather): it came to" in result.message
        )
        assert f"{project.env_py}:" in result.message
        assert "one after the other in a loop; or make a resource for each, which names its tenant in" in result.message
        assert "somebody" not in result.message.lower()
        assert "by hand" not in result.message
        assert _rows_without_tables(project) == []
    assert not project.database.query("SELECT FROM pg_tables WHERE schemaname IN ('b', 'c') AND tablename <> 'alembic_version'")


@pytest.mark.parametrize("way", ONE_BY_ONE)
def test_one_after_the_other_goes_well_wherever_that_is(project: Project, way: str) -> None:
    _by(project, ONE_BY_ONE[way])
    project.line("001", "002")
    result = project.run("head")
    assert result.reason == "AtTargetRevision", result.message + result.stderr
    made = project.database.query("SELECT schemaname FROM pg_tables WHERE tablename = 't_002' ORDER BY 1")
    assert made == [("a",), ("b",), ("c",)]


def test_one_that_failed_and_was_caught_does_not_stand_in_the_way(project: Project) -> None:
    _by(
        project,
        SYNC + "with ThreadPoolExecutor(2) as workers:\n    for name in TENANTS:\n"
        "        try: workers.submit(tenant, name).result()\n        except Exception: pass\n",
    )
    project.script("001", upgrade="op.execute(\"SELECT 1 / (current_schema() <> 'a')::int\")")
    result = project.run("head")
    assert (result.reason, result.outcome["revision"]) == ("PartiallyApplied", "001"), result.message
    assert "division by zero" in result.message
