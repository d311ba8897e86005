"""A check says whether the database is where the target wants it, and leaves everything as it is."""

from __future__ import annotations

import pytest

from tests.project import Project

DRIVERS = ["psycopg", "psycopg2", "pg8000", "asyncpg"]
TENANTS = """
import os
from alembic import context
from sqlalchemy import create_engine, pool
for schema in ("a", "b"):
    engine = create_engine(
        os.environ["DATABASE_URL"], poolclass=pool.NullPool, connect_args={"options": "-csearch_path=" + schema}
    )
    with engine.connect() as connection:
        context.configure(connection=connection, version_table_schema=schema)
        with context.begin_transaction():
            context.run_migrations()
"""


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_check_agrees_with_a_database_that_is_there(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001", "002")
    assert project.run("head").code == 0
    result = project.run("head", mode="Check")
    assert (result.code, result.reason, result.outcome["after"]) == (0, "AtTargetRevision", ["002"])
    assert (result.outcome["held"], result.outcome["exclusive"]) == (["002"], True)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(("target", "way"), [("base", "2 steps down"), ("003", "a step up")])
def test_a_check_runs_no_step_and_says_which_it_would_take(project: Project, driver: str, target: str, way: str) -> None:
    project.use(driver)
    project.line("001", "002", "003")
    assert project.run("002").code == 0
    # What the policy says of steps does not matter where none is run.
    result = project.run(target, mode="Check", rollback={"policy": "Forbid"})
    assert (result.code, result.reason, result.outcome["after"]) == (1, "RevisionDrifted", ["002"])
    assert f"it would take {way}" in result.message
    assert "This Job only looks, so nothing was run" in result.message
    assert result.outcome["plan"]["steps"] == int(way[0].replace("a", "1"))
    assert [event for event in result.events if event["event"] == "step"] == []
    assert project.database.rows() == ["002"]


def test_a_check_of_an_empty_database_creates_nothing(project: Project) -> None:
    project.line("001")
    assert project.run("head", mode="Check").reason == "RevisionDrifted"
    there = project.run("base", mode="Check")
    assert (there.reason, there.outcome["held"]) == ("AtTargetRevision", [])
    assert project.database.tables() == []


def test_a_check_keeps_its_place_in_the_order_of_attempts(project: Project) -> None:
    project.line("001", "002")
    assert project.run("001", attempt=1).code == 0
    assert project.run("head", attempt=3, mode="Check").reason == "RevisionDrifted"
    assert project.run("head", attempt=2).reason == "Superseded"
    assert project.run("001", attempt=2, mode="Check").reason == "Superseded"
    assert project.database.rows() == ["001"]


def test_a_check_drops_no_index_that_an_earlier_run_left(project: Project) -> None:
    project.line("001")
    build = 'with op.get_context().autocommit_block():\n    op.execute("CREATE UNIQUE INDEX CONCURRENTLY ux ON d (v)")'
    project.script("002", "001", upgrade=build)
    project.database.execute("CREATE TABLE d AS SELECT 1 AS v FROM generate_series(1, 2)")
    assert project.run("head", invalidIndexes="Drop").reason == "InvalidIndex"
    project.run("001", mode="Check", invalidIndexes="Drop")
    assert project.database.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ux'::regclass") == [(False,)]


def test_two_resources_with_a_branch_each_are_both_satisfied(project: Project) -> None:
    for label in ("a", "b"):
        project.script(f"{label}1", labels=(label,))
        project.script(f"{label}2", f"{label}1")
    first = project.run("a@head", name="team/a")
    assert (first.outcome["held"], first.outcome["exclusive"], first.outcome["after"]) == (["a2"], False, ["a2"])
    second = project.run("b@head", name="team/b")
    assert (second.outcome["held"], second.outcome["exclusive"], second.outcome["after"]) == (["b2"], False, ["a2", "b2"])
    assert project.run("a@head", name="team/a", mode="Check").reason == "AtTargetRevision"
    whole = project.run("heads", name="team/c", mode="Check")
    assert (whole.outcome["held"], whole.outcome["exclusive"]) == (["a2", "b2"], True)


def test_version_tables_that_end_with_different_rows_are_named_one_by_one(project: Project) -> None:
    project.sync()
    project.database.execute("CREATE SCHEMA a; CREATE SCHEMA b")
    project.script("x1", labels=("x",))
    project.script("y1", labels=("y",))
    project.database.execute(
        "CREATE TABLE b.alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO b.alembic_version VALUES ('y1')"
    )
    project.env_py.write_text(TENANTS)
    result = project.run("x@head")
    assert (result.code, result.reason, result.outcome["after"]) == (1, "VersionTablesDiffer", None)
    assert (result.outcome["held"], result.outcome["exclusive"]) == (["x1"], False)
    assert "a.alembic_version at x1; b.alembic_version at x1, y1" in result.message
    result = project.run("heads")
    assert (result.reason, result.outcome["after"]) == ("AtTargetRevision", ["x1", "y1"])


def test_what_is_worse_than_different_rows_is_the_reason(project: Project) -> None:
    project.sync()
    project.database.execute("CREATE SCHEMA a; CREATE SCHEMA b")
    project.script("x1", upgrade='op.execute("SELECT 1 FROM broken")', labels=("x",))
    project.script("y1", labels=("y",))
    project.database.execute(
        "CREATE TABLE b.alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO b.alembic_version VALUES ('y1')"
    )
    project.env_py.write_text(TENANTS)
    result = project.run("x@head")
    assert (result.reason, result.outcome["held"]) == ("MigrationFailed", [])
