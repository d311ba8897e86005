"""What env.py has a database do by itself, before it hands its connection over: that database cannot be called untouched."""

from __future__ import annotations

import pytest

from dbmigration.sql import writing
from tests.project import Project
from tests.server import Database

CREATE_ALL = """
import sqlalchemy as sa
metadata = sa.MetaData()
sa.Table("{table}", metadata, sa.Column("id", sa.Integer, primary_key=True))
metadata.create_all(sa.create_engine({url}))
"""
URL = '__import__("os").environ["DATABASE_URL"]'


def _creates_all(project: Project, table: str = "t_001", url: str = URL) -> None:
    project.sync()
    project.line("001")
    project.env_py.write_text(CREATE_ALL.format(table=table, url=url) + project.env_py.read_text())


def _place(project: Project, database: Database) -> str:
    port = project.database.url().rpartition("/")[0].rpartition(":")[2]
    return f"the database {database.name} on localhost:{port}"


@pytest.mark.parametrize("mode", ["Plan", "Check"])
def test_tables_are_not_made_where_nothing_is_to_be_run(project: Project, mode: str) -> None:
    _creates_all(project)
    result = project.run("head", mode=mode)
    assert (result.reason, project.database.tables()) == ("ConfigurationError", []), result.message
    told = f"was about to send CREATE TABLE t_001 to {_place(project, project.database)} by itself"
    assert told in result.message
    assert "metadata.create_all(): take it out" in result.message


def test_a_script_that_finds_the_table_there_is_not_told_to_adopt_it(project: Project) -> None:
    _creates_all(project)
    result = project.run("head")
    assert result.reason == "MigrationFailed", result.message
    assert "was most likely made in this very run" in result.message
    assert f"{project.env_py}, or what it imports, itself had sent CREATE TABLE t_001 to" in result.message
    assert "Take that out (most likely metadata.create_all())" in result.message
    assert "alembic stamp" not in result.message


def test_a_table_that_was_there_before_is_adopted_as_ever(project: Project) -> None:
    _creates_all(project)
    project.database.execute("CREATE TABLE t_001 (id int)")
    result = project.run("head")
    assert "made outside of Alembic" in result.message
    assert "itself had sent" not in result.message


def test_another_database_than_the_resources_is_not_called_unchanged(project: Project, other_database: Database) -> None:
    _creates_all(project, "t", url := repr(other_database.url(project.driver)))
    text = project.env_py.read_text()
    project.env_py.write_text(text.replace('create_engine(os.environ["DATABASE_URL"]', f"create_engine({url}"))
    result = project.run("head")
    assert (result.reason, other_database.tables()) == ("DatabaseMismatch", ["t"]), result.message
    assert f"itself had sent CREATE TABLE t to {_place(project, other_database)}. What it did stays" in result.message
    for untrue in ("Nothing was changed", "not touched", "othing was run"):
        assert untrue not in result.message


def test_a_target_that_is_not_there_does_not_hide_it_either(project: Project) -> None:
    _creates_all(project, "t")
    project.env_py.write_text(project.env_py.read_text() + "raise ValueError('broken')\n")
    project.env_py.write_text(project.env_py.read_text().replace("\nrun_migrations_online()\n", "\n"))
    result = project.run("head")
    assert (result.reason, project.database.tables()) == ("ConfigurationError", ["t"]), result.message
    assert "No step was run." in result.message
    assert "itself had sent CREATE TABLE t to" in result.message
    assert "not touched" not in result.message


def test_where_all_goes_well_a_new_table_is_a_warning(project: Project) -> None:
    _creates_all(project, "t")
    result = project.run("head")
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t", "t_001"]), result.message
    assert "itself had sent CREATE TABLE t to" in result.outcome["warnings"][0]
    again = project.run("head")
    assert again.message == "The database is at 001 already, nothing had to be done"
    assert "itself had sent" not in str(again.outcome["warnings"])


@pytest.mark.parametrize("statement", ["CREATE SCHEMA IF NOT EXISTS a", "CREATE TABLE IF NOT EXISTS a (id int)"])
@pytest.mark.parametrize("mode", ["Migrate", "Plan"])
def test_what_may_be_sent_again_and_again_is_sent_and_told_of_where_it_matters(
    project: Project, statement: str, mode: str
) -> None:
    project.sync()
    project.line("001")
    before = f"    with engine.begin() as first: first.exec_driver_sql({statement!r})\n"
    text = project.env_py.read_text().replace("    with engine.connect(", f"{before}    with engine.connect(")
    project.env_py.write_text(text)
    is_news = "TABLE" in statement
    result = project.run("head", mode=mode)
    if mode == "Plan":
        assert result.reason == "Planned", result.message
        assert f"{'No step' if is_news else 'Nothing'} was run, because only the plan was asked for." in result.message
        assert (f"itself had sent {statement.partition(' (')[0]} to" in result.message) is is_news
    else:
        assert result.reason == "AtTargetRevision", result.message
        assert "itself had sent" not in str(result.outcome["warnings"])
        done = "no step had to be run" if is_news else "nothing had to be done"
        assert project.run("head").message == f"The database is at 001 already, {done}"


def _sends(project: Project, statement: str) -> None:
    project.sync()
    project.line("001")
    before = f"    with engine.begin() as first: first.exec_driver_sql({statement!r})\n"
    text = project.env_py.read_text().replace("    with engine.connect(", f"{before}    with engine.connect(")
    project.env_py.write_text(text)
    project.database.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")


@pytest.mark.parametrize("statement", ["DELETE FROM kept", "DROP TABLE IF EXISTS kept", "UPDATE kept SET id = 2"])
def test_nothing_is_deleted_where_a_plan_is_asked_for(project: Project, statement: str) -> None:
    _sends(project, statement)
    result = project.run("head", mode="Plan")
    assert result.reason == "ConfigurationError", result.message
    assert (
        f"was about to send {statement.rpartition(' =')[0] or statement} to {_place(project, project.database)}"
        in result.message
    )
    assert "this Job only looks: that was not sent" in result.message
    assert project.database.query("SELECT id FROM kept") == [(1,)]


def test_what_is_written_all_the_same_is_told_where_a_plan_is_asked_for(project: Project) -> None:
    _sends(project, "INSERT INTO kept VALUES (2)")
    assert project.run("head").code == 0
    result = project.run("head", mode="Plan")
    assert result.reason == "AtTargetRevision"
    assert "itself had sent INSERT INTO kept VALUES to" in result.outcome["warnings"][0]


def test_a_database_in_which_a_schema_was_prepared_is_not_called_untouched(project: Project) -> None:
    project.sync()
    project.line("001")
    prepare = 'first.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS a")'
    before = f'    with engine.begin() as first: {prepare}\n    raise KeyError("no tenants")\n'
    project.env_py.write_text(
        project.env_py.read_text().replace("    with engine.connect(", f"{before}    with engine.connect(")
    )
    result = project.run("head")
    assert result.reason == "ConfigurationError"
    assert "touched" not in result.message


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("SELECT 1; SET search_path TO a; SHOW x", []),
        ("SELECT * FROM t FOR NO KEY UPDATE", []),
        ("SELECT pg_catalog.pg_class.relname FROM pg_catalog.pg_class WHERE relname = 'insert into t'", []),
        ("CREATE TEMP TABLE t (id int); CREATE LOCAL TEMPORARY TABLE u ()", []),
        ("SELECT id INTO u FROM t", ["SELECT id INTO u FROM t"]),
        ("WITH x AS (DELETE FROM t RETURNING 1) SELECT * FROM x", ["WITH x AS"]),
        ("\nCREATE TABLE t (\n id int)\n;INSERT INTO t VALUES (1)", ["CREATE TABLE t", "INSERT INTO t VALUES"]),
        ("UPDATE t SET a = 'x'", ["UPDATE t SET a"]),
        ("(SELECT 1)", []),
    ],
)
def test_what_writes_is_known_by_its_words(text: str, heads: list[str]) -> None:
    assert [one.head for one in writing.read(text)] == heads


@pytest.mark.parametrize(
    ("text", "for_once"),
    [
        ("CREATE TABLE t (id int)", True),
        ("CREATE UNIQUE INDEX i ON t (id)", True),
        ("CREATE TYPE mood AS ENUM ('a')", True),
        ("DROP TABLE t", True),
        ("CREATE TABLE IF NOT EXISTS t (id int)", False),
        ("DROP TABLE IF EXISTS t", False),
        ("CREATE UNIQUE INDEX IF NOT EXISTS i ON t (id)", False),
        ("CREATE SCHEMA a", False),
        ("CREATE OR REPLACE VIEW v AS SELECT 1", False),
        ("INSERT INTO t VALUES (1)", False),
    ],
)
def test_what_cannot_be_sent_again_is_known(text: str, for_once: bool) -> None:
    (found,) = writing.read(text)
    assert found.is_for_once == for_once
