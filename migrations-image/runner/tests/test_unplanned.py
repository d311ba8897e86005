"""What was looked at is what runs: a script or an env.py that does another thing in earnest is stopped before it does it."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from tests.project import Project, Result
from tests.test_approvals import DRIVERS, approval, digest_of

# Each deletes from a table that is full, and shows nothing of it when it is read.
EARNEST = "type(op.get_bind()) is sa.engine.Connection"
DROP = 'op.drop_table("other")'
SCRIPTS = {
    "type()": f"if {EARNEST}:\n    {DROP}",
    "a private attribute": f'if not hasattr(op.get_bind(), "_sandbox"):\n    {DROP}',
    "the stack": f'import inspect\nif not any("rendering" in one.filename for one in inspect.stack()):\n    {DROP}',
    "a result": f'r = op.get_bind().execute(sa.text("SELECT 1"))\nif issubclass(type(r), sa.engine.CursorResult):\n    {DROP}',
    "another statement in its place": (
        'sa.event.listen(sa.engine.Engine, "before_cursor_execute",\n'
        '    lambda c, cursor, s, p, x, m: (s.replace("SELECT 1", "DELETE FROM other"), p), retval=True)\n'
        'op.execute("SELECT 1")'
    ),
    "another value": f'op.execute(sa.select(sa.func.setval("numbers" if {EARNEST} else "made", 1)))',
    "a function": f'if {EARNEST}:\n    op.execute("SELECT purge()")',
    "a trigger": f'if {EARNEST}:\n    op.execute("INSERT INTO logged VALUES (1)")',
    "a view": f'if {EARNEST}:\n    op.execute("SELECT * FROM purging")',
    "another name for it": (f'if {EARNEST}:\n    op.rename_table("other", "gone")\nop.execute("DROP TABLE IF EXISTS gone")'),
    "another schema": (
        f'if {EARNEST}:\n    op.execute("SET LOCAL search_path TO public, pg_temp")\nop.execute("DROP TABLE IF EXISTS gone")'
    ),
    "many": (
        f'if {EARNEST}:\n    op.get_bind().execute(sa.text("DELETE FROM other WHERE id = :id"), [{{"id": 1}}, {{"id": 2}}])'
    ),
    "a connection of its own": (
        f"if {EARNEST}:\n"
        "    with op.get_bind().engine.connect() as c:\n"
        '        c.execute(sa.text("DELETE FROM other"))\n        c.commit()'
    ),
}
FILLED = """
CREATE TABLE other (id int, note text); INSERT INTO other VALUES (1, 'a'), (2, 'b');
CREATE SEQUENCE numbers; SELECT nextval('numbers'), nextval('numbers'); CREATE SEQUENCE made;
CREATE FUNCTION purge() RETURNS int LANGUAGE sql AS 'DELETE FROM other; SELECT 1';
CREATE VIEW purging AS SELECT purge();
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM other; RETURN NULL; END $$;
CREATE TABLE logged (id int); CREATE TRIGGER log_it AFTER INSERT ON logged EXECUTE FUNCTION log_it();
"""
DELETES = 'connection.exec_driver_sql("DELETE FROM other")'
HELD = "SELECT (SELECT count(*) FROM other), (SELECT last_value FROM numbers)"


def going_down(project: Project, downgrade: str, options: str = "") -> None:
    """A revision that is to be taken back, in a database with rows."""
    project.line("001")
    project.script("002", "001", upgrade="pass", downgrade=downgrade)
    if options:
        project.sync(options)
    assert project.run("head").code == 0
    project.database.execute(FILLED)


def env_py(project: Project, before: str, more: str) -> None:
    """With more code before the line that begins so, in the indentation of that line."""
    lines = project.env_py.read_text().splitlines()
    place = next(number for number, line in enumerate(lines) if line.strip().startswith(before))
    indentation = lines[place][: len(lines[place]) - len(lines[place].lstrip())]
    lines[place:place] = textwrap.indent(textwrap.dedent(more), indentation).splitlines()
    project.env_py.write_text("\n".join(lines) + "\n")


def nothing_is_gone(project: Project) -> None:
    assert project.database.query(HELD) == [(2, 2)]
    assert project.database.rows() == ["002"]


def is_refused(result: Result) -> None:
    assert (result.code, result.reason, result.outcome["revision"]) == (1, "MigrationFailed", "002"), result.message
    assert result.message.startswith("downgrade() of revision 002 was about to send "), result.message
    assert "it was not sent" in result.message
    assert "spec.approval.override" in result.message
    assert "The version table says what it said before: 002." in result.message


def is_refused_of_env_py(result: Result) -> None:
    assert (result.code, result.reason) == (1, "ConfigurationError"), result.message
    assert "env.py, or what it imports, was about to send DELETE FROM other by itself" in result.message
    assert "was not sent" in result.message


@pytest.mark.parametrize("way", SCRIPTS)
def test_a_script_that_does_something_else_in_earnest_is_stopped(project: Project, way: str) -> None:
    going_down(project, SCRIPTS[way])
    assert project.run("001", mode="Plan").outcome["plan"]["deletes"] == []
    is_refused(project.run("001", approval={}))
    nothing_is_gone(project)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("options", ["", "transaction_per_migration=True"])
def test_a_script_that_catches_that_commits_nothing(project: Project, driver: str, options: str) -> None:
    project.use(driver, options)
    body = 'op.execute("CREATE TABLE IF NOT EXISTS half (id int)")\ntry:\n' + textwrap.indent(SCRIPTS["type()"], "    ")
    going_down(project, f'{body}\nexcept Exception:\n    pass\nop.execute("CREATE TABLE whole (id int)")')
    is_refused(project.run("001", approval={}))
    nothing_is_gone(project)
    assert not {"half", "whole"} & set(project.database.tables())


def test_what_committed_itself_before_is_told(project: Project) -> None:
    body = 'with op.get_context().autocommit_block():\n    op.execute("CREATE TABLE half (id int)")\n'
    going_down(project, body + textwrap.indent(SCRIPTS["type()"], "    "))
    result = project.run("001", approval={})
    assert result.reason == "PartiallyApplied", result.message
    assert "(committed: CREATE TABLE half)" in result.message
    assert "was about to send DROP TABLE other, and" in result.message
    nothing_is_gone(project)


def test_an_approved_plan_deletes_what_was_approved_and_no_more(project: Project) -> None:
    going_down(project, 'op.drop_table("logged")\n' + SCRIPTS["type()"])
    plan = digest_of(project.run("001", mode="Plan"))
    result = project.run("001", approval=approval(plan))
    is_refused(result)
    assert f"and plan {plan[:12]}, as it was looked at, has no such statement" in result.message
    nothing_is_gone(project)


def test_who_overrides_or_asks_for_nothing_is_not_held(project: Project) -> None:
    going_down(project, SCRIPTS["type()"])
    assert project.run("001", approval=approval(override="tonight")).reason == "AtTargetRevision"
    assert "other" not in project.database.tables()


def test_what_is_not_looked_at_is_not_held(project: Project) -> None:
    going_down(project, SCRIPTS["type()"])
    assert project.run("001", approval=approval(rollbacks="Never")).reason == "AtTargetRevision"


def test_a_step_that_was_approved_as_unknown_is_not_held(project: Project) -> None:
    going_down(project, f'if op.get_bind().execute(sa.text("SELECT 1")).scalar():\n    {DROP}')
    plan = digest_of(project.run("001", approval={}))
    assert project.run("001", approval=approval(plan)).reason == "AtTargetRevision"


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("request_", [{"mode": "Plan"}, {"approval": {}}], ids=["Plan", "Migrate"])
def test_env_py_deletes_nothing_before_the_plan_is_looked_at(project: Project, driver: str, request_: dict[str, Any]) -> None:
    project.use(driver)
    going_down(project, "pass")
    env_py(project, "context.run_migrations()", DELETES)
    is_refused_of_env_py(project.run("001", **request_))
    nothing_is_gone(project)


@pytest.mark.parametrize("driver", DRIVERS)
def test_env_py_deletes_nothing_behind_the_last_step(project: Project, driver: str) -> None:
    project.use(driver)
    going_down(project, "pass")
    env_py(project, "context.run_migrations()", f"try: context.run_migrations()\nfinally: {DELETES}\nraise SystemExit(0)")
    is_refused_of_env_py(project.run("001", approval={}))
    nothing_is_gone(project)


def test_env_py_deletes_nothing_when_all_is_committed(project: Project) -> None:
    going_down(project, "pass")
    text = project.env_py.read_text()
    project.env_py.write_text(text.replace("run_migrations()\n\n", f"run_migrations()\n        {DELETES}\n\n"))
    result = project.run("001", approval={})
    is_refused_of_env_py(result)
    assert "was at 002 and is now at 001." in result.message
    assert project.database.query(HELD) == [(2, 2)]


def test_env_py_deletes_nothing_though_there_is_nothing_to_do(project: Project) -> None:
    going_down(project, "pass")
    env_py(project, "context.run_migrations()", DELETES)
    assert project.run("002", mode="Plan").reason == "ConfigurationError"
    nothing_is_gone(project)


def test_env_py_that_catches_why_its_plan_waits_deletes_nothing(project: Project) -> None:
    going_down(project, 'op.drop_table("logged")')
    project.database.execute("INSERT INTO logged VALUES (1)")
    project.database.execute("INSERT INTO other VALUES (1, 'a'), (2, 'b')")
    text = project.env_py.read_text()
    caught = 'try: context.run_migrations()\n            except Exception: connection.exec_driver_sql("DELETE FROM other")'
    project.env_py.write_text(text.replace("context.run_migrations()\n\n", f"{caught}\n\n"))
    assert project.run("001", approval={}).reason == "ApprovalRequired"
    nothing_is_gone(project)
