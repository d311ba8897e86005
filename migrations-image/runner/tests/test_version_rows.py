"""An env.py that writes the version table by itself: a revision would count as applied whose step nobody has run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project import Project
from tests.test_approvals import DRIVERS

RUNS = "            context.run_migrations()"
STAMP = "context.get_context().stamp(context.script, 'head')"
UPDATE = "connection.exec_driver_sql(\"UPDATE alembic_version SET version_num = '002'\")"
SENT = {
    "an UPDATE": UPDATE,
    "an UPDATE with its schema": UPDATE.replace("alembic_version", "public.alembic_version"),
    "a DELETE": 'connection.exec_driver_sql("DELETE FROM alembic_version")',
    "an INSERT": "connection.exec_driver_sql(\"INSERT INTO alembic_version VALUES ('002')\")",
    "a second statement": "connection.exec_driver_sql(\"SELECT 1; UPDATE alembic_version SET version_num = '002'\")",
    "one within a query": "connection.exec_driver_sql(\"WITH x AS (UPDATE Alembic_Version SET version_num = '002' RETURNING 1) "
    'SELECT * FROM x")',
    "a TRUNCATE": 'connection.exec_driver_sql("TRUNCATE alembic_version")',
    "a block of code": "connection.exec_driver_sql(\"DO $$ BEGIN UPDATE alembic_version SET version_num = '002'; END $$\")",
    "one of SQLAlchemy's": "connection.execute(__import__('sqlalchemy').table('alembic_version').delete())",
    "stamp()": STAMP,
    "a stamp() of another context": "__import__('alembic.runtime.migration').runtime.migration.MigrationContext.configure("
    "connection).stamp(context.script, 'head')",
}
MODES = ["Plan", "Check", "Migrate"]
CREATE_ALL = """
import os
import sqlalchemy as sa
from alembic import context
metadata = sa.MetaData()
for number in ("001", "002"): sa.Table(f"t_{number}", metadata, sa.Column("id", sa.Integer, primary_key=True))
with sa.create_engine(os.environ["DATABASE_URL"]).connect() as connection:
    is_fresh = not sa.inspect(connection).has_table("alembic_version")
    connection.rollback()
    context.configure(connection=connection)
    with context.begin_transaction():
        if is_fresh:
            metadata.create_all(connection)
            context.get_context().stamp(context.script, "head")
        else:
            context.run_migrations()
"""


@pytest.fixture
def at_001(project: Project) -> Project:
    project.sync()
    project.line("001", "002")
    project.database.execute(
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); "
        "INSERT INTO alembic_version VALUES ('001'); CREATE TABLE t_001 (id int)"
    )
    return project


def _refused(project: Project, does: str = "writes", **asked: Any) -> str:
    result = project.run("head", **asked)
    assert result.reason == "ConfigurationError", result.message + result.stderr
    assert f"{project.env_py}, or what it imports, {does} the version table by itself (at {project.env_py}:" in result.message
    assert "stopped before it began: it would go without lock, plan and approval. Take it out" in result.message
    return result.message


@pytest.mark.parametrize(
    ("what", "mode"), [*((what, mode) for what in SENT for mode in ("Plan", "Migrate")), ("stamp()", "Check")]
)
def test_between_configure_and_the_steps_it_is_not_sent(at_001: Project, what: str, mode: str) -> None:
    at_001.env_py.write_text(at_001.env_py.read_text().replace(RUNS, f"            {SENT[what]}\n{RUNS}"))
    if mode == "Check":
        # Which ends before where a step would have to be run.
        assert at_001.run("head", mode=mode).reason == "RevisionDrifted"
        at_001.versions.joinpath("002.py").unlink()
    told = _refused(at_001, "stamps" if "stamp()" in what else "writes", mode=mode)
    assert told.endswith("The version table says what it said before: 001.")
    assert (at_001.database.rows(), at_001.database.tables()) == (["001"], ["alembic_version", "t_001"])


@pytest.mark.parametrize("mode", MODES)
def test_nor_before_configure(at_001: Project, mode: str) -> None:
    early = f"        with engine.begin() as connection: {UPDATE}\n"
    text = at_001.env_py.read_text()
    at_001.env_py.write_text(text.replace("    with engine.connect()", early[4:] + "    with engine.connect()"))
    result = at_001.run("head", mode=mode)
    assert (result.reason, at_001.database.rows()) == ("ConfigurationError", ["001"]), result.message
    assert (
        "writes the version table by itself" in result.message
    ) or "this Job only looks: that was not sent" in result.message


@pytest.mark.parametrize("mode", ["Plan", "Migrate"])
def test_nor_in_place_of_the_steps_or_of_what_they_are_to_begin_with(project: Project, mode: str) -> None:
    project.sync()
    project.line("001", "002")
    text = project.env_py.read_text()
    for instead in (f"            {STAMP}", f"            {STAMP}\n{RUNS}"):
        project.env_py.write_text(text.replace(RUNS, instead))
        _refused(project, "stamps", mode=mode)
        assert project.database.tables() == []


def test_nor_behind_them(at_001: Project) -> None:
    at_001.env_py.write_text(at_001.env_py.read_text().replace(RUNS, f"{RUNS}\n            {UPDATE.replace('002', '001')}"))
    _refused(at_001)
    assert (at_001.database.rows(), at_001.database.tables()) == (["001"], ["alembic_version", "t_001"])


@pytest.mark.requires("autobegin")
@pytest.mark.parametrize("ends", ["connection.rollback()\n                connection.begin()", "pass"])
def test_nor_behind_a_step_whose_failure_is_hidden(at_001: Project, ends: str) -> None:
    at_001.script("002", "001", upgrade='op.execute("SELECT 1/0")')
    hides = f"            try:\n    {RUNS}\n            except Exception:\n                {ends}\n                {UPDATE}\n"
    at_001.env_py.write_text(at_001.env_py.read_text().replace(f"{RUNS}\n", hides))
    for _ in range(2):
        result = at_001.run("head")
        assert (result.reason, at_001.database.rows()) == ("MigrationFailed", ["001"]), result.message
        assert "division by zero" in result.message


def test_nor_by_one_that_catches_why(at_001: Project) -> None:
    caught = f"            try: {UPDATE}\n            except Exception: pass\n{RUNS}"
    at_001.env_py.write_text(at_001.env_py.read_text().replace(RUNS, caught))
    _refused(at_001)
    assert (at_001.database.rows(), at_001.database.tables()) == (["001"], ["alembic_version", "t_001"])


def test_a_table_of_another_name_is_guarded_as_well(project: Project) -> None:
    project.sync("version_table='ours'")
    project.line("001", "002")
    assert project.run("001").code == 0
    text = project.env_py.read_text()
    project.env_py.write_text(text.replace(RUNS, f"            {UPDATE.replace('alembic_version', 'ours')}\n{RUNS}"))
    _refused(project)
    assert project.database.query("SELECT version_num FROM ours") == [("001",)]


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("way", ["the driver's own", "a construct", "a block of code"])
@pytest.mark.parametrize(("schema", "table"), [("50%.s", "a%%s"), ('o"s', 'it\'s "%(x)s"')])
def test_a_table_of_any_name_is_guarded_as_well(project: Project, driver: str, way: str, schema: str, table: str) -> None:
    quoted = ".".join(f'"{name}"' for name in (schema.replace('"', '""'), table.replace('"', '""')))
    project.database.execute('CREATE SCHEMA "50%.s"; CREATE SCHEMA "o""s"')
    project.use(driver, f"version_table={table!r}, version_table_schema={schema!r}")
    project.line("001", "002")
    assert project.run("001").code == 0
    update = f"UPDATE {quoted} SET version_num = '002'"
    if way == "a block of code":
        update = "DO $$ BEGIN EXECUTE '{}'; END $$".format(update.replace("'", "''"))
    sends = f"connection.execute(__import__('sqlalchemy').text({update!r}))"
    if way == "a construct":
        sends = f"connection.execute(__import__('sqlalchemy').table({table!r}, schema={schema!r}).delete())"
    elif way == "the driver's own":
        doubled = update if driver in ("pg8000", "asyncpg") else update.replace("%", "%%")
        sends = f"connection.exec_driver_sql({doubled!r})"
    text = project.env_py.read_text()
    project.env_py.write_text(text.replace("context.run_migrations()", f"{sends}; context.run_migrations()"))
    for declared in (None, f"{schema}.{table}"):
        _refused(project, versionTable=declared)
        assert project.database.query(f"SELECT version_num FROM {quoted}") == [("001",)]


@pytest.mark.requires("autobegin")
def test_a_fresh_database_that_create_all_makes_and_stamps_is_refused_at_each_attempt(project: Project) -> None:
    """It would count as migrated by a row of env.py's own. One that is migrated is not concerned."""
    project.use("psycopg2")
    project.env_py.write_text(CREATE_ALL)
    project.line("001", "002")
    for _ in range(2):
        _refused(project, "stamps")
        assert project.database.tables() == []
    project.database.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    result = project.run("head")
    assert (result.reason, project.database.rows()) == ("AtTargetRevision", ["002"]), result.message


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE alembic_version ALTER COLUMN version_num TYPE varchar(255)",
        "CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(255) PRIMARY KEY)",
        "CREATE TABLE IF NOT EXISTS said AS SELECT version_num FROM alembic_version",
        "INSERT INTO notes SELECT version_num FROM alembic_version",
        "UPDATE notes SET what = 'alembic_version'",
        "INSERT INTO other.ours VALUES ('002')",
        "COMMENT ON TABLE alembic_version IS 'do not update'",
    ],
)
def test_what_leaves_its_rows_alone_is_sent(at_001: Project, statement: str) -> None:
    at_001.database.execute("CREATE TABLE notes (what text); CREATE SCHEMA other; CREATE TABLE other.ours (what text)")
    at_001.env_py.write_text(
        at_001.env_py.read_text().replace(RUNS, f"            connection.exec_driver_sql({statement!r})\n{RUNS}")
    )
    result = at_001.run("head")
    assert (result.reason, at_001.database.rows()) == ("AtTargetRevision", ["002"]), result.message


def test_a_script_may_do_as_before(at_001: Project) -> None:
    at_001.script("002", "001", upgrade='op.execute("UPDATE alembic_version SET version_num = version_num")')
    result = at_001.run("head")
    assert (result.reason, at_001.database.rows()) == ("AtTargetRevision", ["002"]), result.message
