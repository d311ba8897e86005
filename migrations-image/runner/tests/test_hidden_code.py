"""Code of the database's own that runs without being called by name counts as deleting."""

from __future__ import annotations

from typing import Any

import pytest

from dbmigration.planning.unanswered import Unanswered
from dbmigration.session.hidden_code import HiddenCode
from dbmigration.sql.effect import Unknown
from tests.project import Project

SCHEMA = """
CREATE TABLE other (id int); INSERT INTO other VALUES (1), (2);
CREATE FUNCTION purge() RETURNS int LANGUAGE sql AS 'DELETE FROM other RETURNING 1';
CREATE VIEW v AS SELECT purge() AS a; CREATE VIEW around AS SELECT a FROM v;
CREATE MATERIALIZED VIEW m AS SELECT purge() AS a WITH NO DATA;
CREATE TABLE d (a int, b int DEFAULT purge()); CREATE TABLE c (a int CHECK (purge() > 0));
CREATE DOMAIN strict AS int CHECK (purge() > 0); CREATE TABLE e (a strict);
CREATE FUNCTION step(int, int) RETURNS int LANGUAGE sql AS 'SELECT purge()';
CREATE AGGREGATE zap(int) (SFUNC = step, STYPE = int);
CREATE TABLE pair (x int); CREATE FUNCTION attr(pair) RETURNS int LANGUAGE sql AS 'SELECT purge()';
"""
ASKING = {
    "a view": ("SELECT * FROM v", "reading v, whose functions may write"),
    "a view of a view": ('CREATE TABLE n AS SELECT * FROM "around"', "reading around, whose functions may write"),
    "a view that the plan makes": ("CREATE VIEW pv AS SELECT purge()", "purge()"),
    "a materialized view": ("REFRESH MATERIALIZED VIEW m", "reading m, whose functions may write"),
    "a default": ("INSERT INTO d (a) VALUES (1)", "inserting into d, whose defaults or checks may write"),
    "a check": ("INSERT INTO c VALUES (1)", "inserting into c, whose defaults or checks may write"),
    "a check of a domain": ("INSERT INTO e VALUES (1)", "inserting into e, whose defaults or checks may write"),
    "a value of a domain": ("SELECT 1::strict", "domain strict, whose check may write"),
    "a column of a domain": ("ALTER TABLE other ADD COLUMN q strict DEFAULT 1", "domain strict, whose check may write"),
    "a check that is looked at again": ("ALTER TABLE c VALIDATE CONSTRAINT c_check", "validating c, whose checks may write"),
    "an aggregate": ("SELECT zap(x) FROM pair", "zap()"),
    "what looks like a column": ("SELECT p.attr FROM pair p", "reading attr, whose functions may write"),
}
MORE = {
    "an operator": (
        "CREATE FUNCTION eq(int, int) RETURNS bool LANGUAGE sql AS 'SELECT purge() > 0'; "
        "CREATE OPERATOR === (FUNCTION = eq, LEFTARG = int, RIGHTARG = int)",
        "SELECT 1 === 2",
        "operator ===, whose function may write",
    ),
    "an event trigger": (
        "CREATE FUNCTION seen() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM other; END'; "
        "CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION seen()",
        "CREATE TABLE fresh (a int)",
        "event trigger watching, which runs with it",
    ),
    "strings read in another way": (
        "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET standard_conforming_strings = off'; END $$",
        "SELECT '\\''; DELETE FROM other; SELECT ' --'",
        "a backslash, where standard_conforming_strings is off",
    ),
}
HARMLESS = [
    "DROP VIEW around; DROP MATERIALIZED VIEW m",
    "ALTER TABLE d ADD COLUMN z int",
    "SELECT * FROM pair; INSERT INTO pair VALUES (7)",
    "DROP TABLE e; DROP DOMAIN strict",
]


def prepared(project: Project, statement: str, more: str = "") -> Project:
    project.line("001")
    project.script("002", "001", upgrade="pass", downgrade=f"op.execute({statement!r})")
    project.database.execute(SCHEMA)
    project.database.execute(
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('002')"
    )
    project.database.execute(more, superuser=True)
    return project


def deletes(project: Project) -> list[Any]:
    planned = project.run("001", mode="Plan")
    assert planned.reason == "Planned"
    return list(planned.outcome["plan"]["deletes"])


@pytest.mark.parametrize("case", ASKING.values(), ids=ASKING)
def test_what_runs_behind_a_name_is_unknown(project: Project, case: tuple[str, str]) -> None:
    statement, words = case
    assert deletes(prepared(project, statement)) == [f"unknown: {words} (step 002)"]


@pytest.mark.parametrize("case", MORE.values(), ids=MORE)
def test_what_a_database_does_with_any_statement_is_unknown(project: Project, case: tuple[str, str, str]) -> None:
    more, statement, words = case
    assert deletes(prepared(project, statement, more)) == [f"unknown: {words} (step 002)"]


@pytest.mark.parametrize("statement", HARMLESS)
def test_what_reaches_none_of_that_asks_for_nothing(project: Project, statement: str) -> None:
    assert deletes(prepared(project, statement)) == []


def test_a_cursor_of_the_session_itself_writes_nothing_while_a_script_is_only_read(project: Project) -> None:
    project.env_py.write_text(
        project.env_py.read_text().replace(
            "        context.configure(", '        config.attributes["connection"] = connection\n        context.configure('
        )
    )
    body = 'context.config.attributes["connection"].connection.dbapi_connection.cursor().execute("DELETE FROM other")'
    prepared(project, "SELECT 1")
    project.script("002", "001", upgrade="pass", downgrade=f"from alembic import context\n{body}")
    waiting = project.run("001", approval={})
    assert waiting.reason == "ApprovalRequired"
    assert project.database.query("SELECT count(*) FROM other") == [(2,)]


def test_what_env_py_runs_with_each_step_is_unknown(project: Project) -> None:
    project.sync('on_version_apply=lambda **kw: connection.exec_driver_sql("DELETE FROM other")')
    waiting = prepared(project, "SELECT 1").run("001", approval={})
    assert (waiting.reason, waiting.outcome["plan"]["deletes"]) == (
        "ApprovalRequired",
        ["unknown: what step 002 does: env.py has its own on_version_apply"],
    )


def test_a_plan_that_cannot_be_read_as_a_whole_is_another_one_with_any_other_file(project: Project) -> None:
    prepared(project, "SELECT 1")
    there = 'if sa.inspect(op.get_bind()).has_table("other"):'
    body = f'from pathlib import Path\n{there}\n    op.execute(Path("down.sql").read_text())'
    project.script("002", "001", upgrade="pass", downgrade=body)
    file = project.directory / "down.sql"
    file.write_text("SELECT 1")
    first, again = (project.run("001", mode="Plan").outcome["plan"]["digest"] for _ in range(2))
    assert first == again
    file.write_text("DROP TABLE other")
    assert project.run("001", approval={"plans": [first]}).reason == "ApprovalRequired"


def test_what_could_not_be_looked_at_is_unknown() -> None:
    def ask(_: str) -> list[tuple[Any, ...]]:
        raise Unanswered("it could not be looked at within 5 s")

    found = list(HiddenCode(ask).effects("DROP TABLE other"))
    assert found == [Unknown("the database's own code: it could not be looked at within 5 s")]
