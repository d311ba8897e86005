"""A script that ends the transaction by the driver's own connection: told as what SQLAlchemy's own commit() is told as."""

from __future__ import annotations

import pytest

from tests.project import Project

pytestmark = pytest.mark.requires("autobegin")

UNSEEN = "whatever it did by the driver's connection"
DRIVERS = ("psycopg", "psycopg2", "asyncpg", "pg8000", "psycopg, async")
EACH = "transaction_per_migration=True"
FAIRY = """
op.execute("create table x (id int)")
op.get_bind().connection.commit()
op.execute("create table y (id int)")
op.execute("select 1/0")
"""
WITH = """
op.execute("create table x (id int)")
with op.get_bind().connection.dbapi_connection as raw:
    with raw.cursor() as cursor:
        cursor.execute("create table z (id int)")
op.execute("create table y (id int)")
raise RuntimeError("no")
"""
ALONE = """
raw = op.get_bind().connection.dbapi_connection
cursor = raw.cursor()
cursor.execute("create table x (id int)")
raw.commit()
cursor.execute("select 1/0")
"""
# When it fails, it is in no transaction.
LAST = """
raw = op.get_bind().connection.dbapi_connection
raw.cursor().execute("create table x (id int)")
raw.commit()
raise RuntimeError("no")
"""


@pytest.mark.parametrize(
    ("driver", "script", "committed", "options"),
    [
        *((driver, FAIRY, "create table x", "") for driver in DRIVERS),
        ("psycopg2", WITH, "create table x", ""),
        *((driver, FAIRY, "create table x", EACH) for driver in DRIVERS[:2]),
        *((driver, ALONE, UNSEEN, "") for driver in ("psycopg", "psycopg2")),
        *((driver, LAST, UNSEEN, "") for driver in ("psycopg", "asyncpg")),
    ],
)
def test_what_the_driver_committed_is_told(project: Project, driver: str, script: str, committed: str, options: str) -> None:
    project.use(driver)
    text = project.env_py.read_text()
    project.env_py.write_text(text.replace("target_metadata=None", f"target_metadata=None, {options}"))
    project.line("001")
    project.script("002", "001", upgrade=script)
    result = project.run("head")
    assert (result.reason, result.outcome["revision"], result.outcome["after"]) == ("PartiallyApplied", "002", ["001"])
    assert f"Revision 002 failed after a part of it was run outside a transaction (committed: {committed}" in result.message
    assert "create table y" not in result.message
    assert "y" not in project.database.made()
    assert "x" in project.database.made()


def test_of_the_first_revision_too(project: Project) -> None:
    project.script("001", upgrade=FAIRY)
    result = project.run("head")
    assert (result.reason, result.outcome["revision"], result.outcome["after"]) == ("PartiallyApplied", "001", [])
    assert "(committed: create table x; " in result.message


def test_one_that_goes_on_to_its_end_is_applied(project: Project) -> None:
    project.line("001")
    project.script("002", "001", upgrade=FAIRY.replace("select 1/0", "select 1"))
    project.script("003", "002")
    assert project.run("head").reason == "AtTargetRevision"
    assert project.database.made() == ["t_001", "t_003", "x", "y"]


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg"])
def test_a_rollback_of_the_driver_is_told_as_any_other(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001")
    project.script("002", "001", upgrade=FAIRY.replace("commit()", "rollback()").replace("select 1/0", "select 1"))
    result = project.run("head")
    assert (result.reason, result.outcome["revision"], result.outcome["after"]) == ("MigrationFailed", "002", [])
    assert "upgrade() of revision 002 rolled back the transaction that Alembic had begun" in result.message
    assert "What was done in it is gone: create table x, and the steps before it (001)" in result.message
    assert project.database.made() == []


def test_a_rollback_of_the_drivers_connection_by_env_py_is_a_dry_run(project: Project) -> None:
    project.sync()
    run = "            context.run_migrations()\n"
    text = project.env_py.read_text()
    project.env_py.write_text(text.replace(run, f"{run}            connection.connection.rollback()\n"))
    project.line("001", "002")
    result = project.run("head")
    assert (result.reason, result.outcome["after"]) == ("NotCommitted", [])
    assert "env.py rolled back the transaction in which they ran, as a dry run does" in result.message
