"""Transactions that were prepared (two-phase commit) and that nobody has decided yet: no session holds their locks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.project import Project

DECIDE = "decides between COMMIT PREPARED and ROLLBACK PREPARED"
# As Alembic's multidb template does it with `USE_TWOPHASE`.
ENV_PY = """
import os
from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
connection = engine.connect()
transaction = connection.begin_twophase("warehouse-{name}")
context.configure(connection=connection)
context.run_migrations()
transaction.prepare()
{then}
"""
FAILS = 'raise RuntimeError("the second database is away")'


@pytest.fixture
def two_phase(project: Project) -> Iterator[Project]:
    yield project
    for (name,) in project.database.query("SELECT gid FROM pg_prepared_xacts WHERE database = current_database()"):
        project.database.execute(f"ROLLBACK PREPARED '{name}'")


def env_py(project: Project, then: str) -> str:
    project.env_py.write_text(ENV_PY.format(name=project.database.name, then=then))
    return f"'warehouse-{project.database.name}'"


def test_one_of_others_that_holds_a_lock_is_named(two_phase: Project) -> None:
    project = two_phase
    project.script("001")
    assert project.run("head").code == 0
    project.script("002", "001", upgrade='op.execute("ALTER TABLE t_001 ADD COLUMN a int")')
    with project.database.connect() as other:
        other.execute("BEGIN")
        other.execute("INSERT INTO t_001 VALUES (1)")
        other.execute(f"PREPARE TRANSACTION 'order-{project.database.name}'")
    result = project.run("head", timeouts={"lock": 1500})
    assert (result.reason, result.outcome["after"]) == ("LockTimeout", ["001"])
    assert (
        f"it is held by transaction 'order-{project.database.name}' of {project.database.name}, prepared since 20"
        in result.message
    )
    assert DECIDE in result.message
    assert "Of this run" not in result.message
    assert "process 0" not in result.message
    assert "session that holds" not in result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
@pytest.mark.parametrize("there", [False, True], ids=["fresh", "at 001"])
def test_what_env_py_prepares_and_leaves_is_named(two_phase: Project, there: bool, driver: str) -> None:
    project = two_phase
    project.use(driver)
    project.script("001")
    if there:
        assert project.run("head").code == 0
        project.script("002", "001")
    name = env_py(project, FAILS)
    result = project.run("head")
    assert result.reason == "ConfigurationError"
    assert "the second database is away" in result.message
    assert f"Of this run transaction {name} of" in result.message
    assert DECIDE in result.message
    assert "goes on from there" not in result.message
    assert result.seconds < 20


def test_what_env_py_never_commits_is_named(two_phase: Project) -> None:
    project = two_phase
    project.script("001")
    assert project.run("head").code == 0
    project.script("002", "001")
    name = env_py(project, "")
    result = project.run("head")
    assert result.reason == "NotCommitted"
    assert name in result.message
    assert DECIDE in result.message


def test_one_that_is_committed_is_nothing_to_speak_of(two_phase: Project) -> None:
    project = two_phase
    project.line("001", "002")
    env_py(project, "transaction.commit()")
    result = project.run("head")
    assert result.reason == "AtTargetRevision"
    assert "prepared" not in result.message + str(result.outcome["warnings"])
