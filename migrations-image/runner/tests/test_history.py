"""What is run in a database is kept there, in the transaction in which it is run, and nobody needs it to migrate."""

from __future__ import annotations

import hashlib
import subprocess

import pytest

from tests.project import Project, Result

DRIVERS = ["psycopg", "psycopg2", "pg8000", "asyncpg"]
STEPS = "SELECT direction || ' ' || revision || ': ' || heads_before::text || ' ' || heads::text"


def steps(project: Project, table: str = "public.alembic_version") -> list[str]:
    query = f"{STEPS} FROM dbmigrations.history WHERE version_table = '{table}' ORDER BY id"
    return [row[0] for row in project.database.query(query)]


def warnings(result: Result, reason: str = "AtTargetRevision") -> list[str]:
    """Without what newer versions of Alembic have to say of the configuration."""
    assert result.reason == reason, result.outcome
    return [str(warning) for warning in result.outcome["warnings"] if "DeprecationWarning" not in warning]


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("options", ["", "transaction_per_migration=True"])
def test_each_step_is_kept_with_who_ran_it_and_what_it_left(project: Project, driver: str, options: str) -> None:
    project.use(driver, options)
    project.line("001", "002")
    assert warnings(project.run("head", image="registry.example/shop:1.4.2")) == []
    assert steps(project) == ["Upgrade 001: {} {001}", "Upgrade 002: {001} {002}"]
    assert warnings(project.run("001", approval={}, attempt=7)) == []
    assert steps(project)[2:] == ["Downgrade 002: {002} {001}"]
    hashes = [hashlib.sha256((project.versions / f"{name}.py").read_bytes()).hexdigest() for name in ("001", "002", "002")]
    kept = "SELECT script, image, resource, uid, attempt, plan IS NULL, override, at > now() - interval '1 minute'"
    assert project.database.query(f"{kept} FROM dbmigrations.history ORDER BY id") == [
        (hashes[0], "registry.example/shop:1.4.2", "team/thing", "0a1b", 1, True, None, True),
        (hashes[1], "registry.example/shop:1.4.2", "team/thing", "0a1b", 1, True, None, True),
        (hashes[2], None, "team/thing", "0a1b", 7, False, None, True),
    ]
    assert warnings(project.run("001", attempt=8)) == []
    assert len(steps(project)) == 3


@pytest.mark.parametrize("driver", DRIVERS)
def test_steps_that_are_committed_at_once_are_kept_at_once(project: Project, driver: str) -> None:
    project.use(driver)
    project.env_py.write_text(project.env_py.read_text().replace("poolclass=", 'isolation_level="AUTOCOMMIT", poolclass='))
    project.script("001")
    project.script("002", "001", upgrade='op.execute("SELECT 1/0")')
    assert project.run("head").reason in ("MigrationFailed", "PartiallyApplied")
    assert (steps(project), project.database.rows()) == (["Upgrade 001: {} {001}"], ["001"])


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_step_with_an_autocommit_block_is_kept(project: Project, driver: str) -> None:
    project.use(driver)
    project.script("001", upgrade='with op.get_context().autocommit_block():\n    op.execute("CREATE TABLE t (id int)")')
    project.script("002", "001")
    assert warnings(project.run("head")) == []
    assert steps(project) == ["Upgrade 001: {} {001}", "Upgrade 002: {001} {002}"]


@pytest.mark.parametrize("driver", DRIVERS)
def test_what_is_taken_back_with_its_transaction_was_never_run(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001", "002")
    project.script("003", "002", upgrade='op.execute("SELECT 1/0")')
    assert project.run("head").reason == "MigrationFailed"
    assert (steps(project), project.database.rows()) == ([], [])


def test_who_takes_a_transaction_for_each_step_keeps_those_that_were_committed(project: Project) -> None:
    project.sync("transaction_per_migration=True")
    project.line("001", "002")
    project.script("003", "002", upgrade='op.execute("SELECT 1/0")')
    assert project.run("head").reason == "PartiallyApplied"
    assert (steps(project), project.database.rows()) == (["Upgrade 001: {} {001}", "Upgrade 002: {001} {002}"], ["002"])


def test_an_override_is_kept_with_its_reason(project: Project) -> None:
    project.line("001", "002")
    assert project.run("head").code == 0
    project.database.execute("INSERT INTO t_002 VALUES (1)")
    override = 'it\'s 100 % urgent \\ "night" $$'
    done = project.run("001", approval={"override": override})
    assert warnings(done) == []
    kept = project.database.query("SELECT override, plan FROM dbmigrations.history ORDER BY id DESC LIMIT 1")
    assert kept == [(override, done.outcome["plan"]["digest"])]


def test_who_approved_is_kept_where_that_plan_runs(project: Project) -> None:
    project.line("001", "002", "003")
    assert project.run("head").code == 0
    project.database.execute("INSERT INTO t_003 VALUES (1)")
    by = "spec.approval.plan, written by argocd-controller at 2026-01-11T10:00:00Z"
    approved = project.run("002", approval={}).outcome["plan"]["digest"]
    assert project.run("002", approval={"plans": [approved], "by": by}).reason == "AtTargetRevision"
    assert project.run("001", approval={"plans": [approved], "by": by}).reason == "AtTargetRevision"
    kept = project.database.query("SELECT revision, approver FROM dbmigrations.history ORDER BY id DESC LIMIT 2")
    assert kept == [("002", None), ("003", by)]


TENANTS = """
import os
from alembic import context
from sqlalchemy import create_engine, text

engine = create_engine(os.environ["DATABASE_URL"])
for tenant in ("one", "two"):
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {tenant}"))
        connection.execute(text(f"SET search_path = {tenant}"))
        connection.commit()
        connection.dialect.default_schema_name = tenant
        context.configure(connection=connection, target_metadata=None, version_table_schema=tenant)
        with context.begin_transaction():
            context.run_migrations()
"""


def test_each_version_table_has_its_own(project: Project) -> None:
    project.env_py.write_text(TENANTS)
    project.line("001")
    assert warnings(project.run("head")) == []
    assert steps(project, "one.alembic_version") == steps(project, "two.alembic_version") == ["Upgrade 001: {} {001}"]


def test_two_who_make_it_at_the_same_time_both_have_it(project: Project) -> None:
    project.env_py.write_text(
        project.env_py.read_text().replace("target_metadata=None", 'target_metadata=None, version_table=os.environ["TABLE"]')
    )
    project.line("001")
    text = (project.versions / "001.py").read_text()
    (project.versions / "001.py").write_text(text.replace('"t_001"', '__import__("os").environ["TABLE"] + "_t"'))
    tables = [f"version_{number}" for number in range(6)]
    running = [project.start("head", name=f"team/{table}", environment={"TABLE": table}) for table in tables]
    assert [warnings(one.result()) for one in running] == [[]] * len(tables)
    assert [len(steps(project, f"public.{table}")) for table in tables] == [1] * len(tables)


def test_it_may_be_switched_off(project: Project) -> None:
    project.line("001")
    assert warnings(project.run("head", history="Disabled")) == []
    assert project.database.query("SELECT 1 FROM pg_namespace WHERE nspname = 'dbmigrations'") == []


@pytest.mark.parametrize("mode", ["Check", "Plan"])
def test_who_only_looks_makes_nothing(project: Project, mode: str) -> None:
    project.line("001")
    assert project.run("head", mode=mode).code == 1
    assert project.database.query("SELECT 1 FROM pg_namespace WHERE nspname = 'dbmigrations'") == []


def test_it_is_made_in_the_transaction_that_is_open_where_there_is_no_second_session(project: Project) -> None:
    project.env_py.write_text(project.env_py.read_text().replace("poolclass=", 'isolation_level="REPEATABLE READ", poolclass='))
    project.line("001")
    assert warnings(project.run("head")) == []
    assert steps(project) == ["Upgrade 001: {} {001}"]


def _dump(project: Project, *options: str) -> str:
    url = project.database.url().replace("+psycopg", "")
    made = subprocess.run(["pg_dump", "-s", *options, url], capture_output=True, text=True, check=True).stdout
    # Newer versions guard their output with a random key.
    return "\n".join(line for line in made.splitlines() if not line.startswith("\\"))


def test_a_dump_of_the_applications_schema_is_the_same_with_and_without(project: Project) -> None:
    project.line("001", "002")
    assert project.run("head", history="Disabled").code == 0
    before = _dump(project, "-n", "public", "--no-comments")
    assert project.run("base").code == 0
    assert project.run("head").code == 0
    assert len(steps(project)) == 4
    assert _dump(project, "-n", "public", "--no-comments") == before


MODELS = """
import sqlalchemy as sa
metadata = sa.MetaData()
sa.Table("t_001", metadata, sa.Column("id", sa.Integer, primary_key=True))
"""


@pytest.mark.parametrize("schemas", ["", ", include_schemas=True", ", include_schemas=True, include_name=include_name"])
def test_autogenerate_finds_nothing(project: Project, schemas: str) -> None:
    recipe = 'def include_name(name, type_, parent_names):\n    return type_ != "schema" or name != "dbmigrations"\n'
    text = project.env_py.read_text().replace("target_metadata=None", f"target_metadata=metadata{schemas}")
    project.env_py.write_text(MODELS + recipe + text)
    project.line("001")
    assert project.run("head").code == 0
    command = [project.python, "-m", "alembic", "check"]
    environment = {"DATABASE_URL": project.database.url(project.driver), "PATH": "/usr/bin"}
    checked = subprocess.run(command, cwd=project.directory, env=environment, capture_output=True, text=True)
    found = checked.stdout + checked.stderr
    if schemas.endswith("True"):
        # Who looks at all schemas has to say that this one is none of theirs.
        assert "dbmigrations" in found
    else:
        assert (checked.returncode, "dbmigrations" in found) == (0, False), found
