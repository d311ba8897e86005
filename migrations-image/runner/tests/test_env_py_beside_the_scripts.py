"""What goes wrong beside a script's function is not the script's: a hook, an event, a statement of env.py's own."""

from __future__ import annotations

import pytest

from tests.project import Project, Result

EVENT = """
from sqlalchemy import event
from sqlalchemy.engine import Engine
@event.listens_for(Engine, "{name}")
def listener(*arguments):
    {code}
"""
BEHIND = "            context.run_migrations()\n"
BLAME = "and not the script: correct env.py"


def _edited(project: Project, old: str, new: str) -> Project:
    project.sync()
    project.line("001")
    text = project.env_py.read_text()
    assert old in text
    project.env_py.write_text(text.replace(old, new))
    return project


def _blames_env_py(project: Project, result: Result, *told: str) -> None:
    assert result.reason == "MigrationFailed", result.message
    assert "Correct the script" not in result.message
    assert [words for words in (f"{project.env_py}:", *told) if words not in result.message] == []


@pytest.mark.parametrize("hook", ["lambda step, heads: None", "lambda **kw: {}[0]"])
def test_on_version_apply(project: Project, hook: str) -> None:
    _edited(project, "target_metadata=None", f"target_metadata=None, on_version_apply={hook}")
    _blames_env_py(project, project.run("head"), "beside revision 001 raised", BLAME)


@pytest.mark.parametrize("statement", ["alembic_version", "CREATE TABLE t_001"])
def test_an_event(project: Project, statement: str) -> None:
    """Of a statement of Alembic's, and of one of the script's."""
    code = f"assert {statement!r} not in arguments[2]"
    _edited(project, "config = context", EVENT.format(name="before_cursor_execute", code=code) + "config = context")
    _blames_env_py(project, project.run("head"), "beside revision 001 raised AssertionError", BLAME)


def test_a_statement_behind_the_scripts(project: Project) -> None:
    own = "            connection.exec_driver_sql('GRANT SELECT ON nowhere TO PUBLIC')\n"
    _edited(project, BEHIND, BEHIND + own)
    _blames_env_py(project, project.run("head"), 'relation "nowhere" does not exist', "It is env.py that has it")


@pytest.mark.parametrize("code", ['op.execute("SELECT 1/0")', 'raise KeyError("mine")'])
def test_a_script_stays_to_blame_for_its_own(project: Project, code: str) -> None:
    project.sync()
    project.script("001", upgrade=code)
    result = project.run("head")
    assert result.reason == "MigrationFailed"
    assert "Correct the script" in result.message


def test_a_constraint_that_is_checked_at_the_end_is_the_scripts(project: Project) -> None:
    project.sync()
    made = 'op.execute("CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)")'
    project.script("001", upgrade=made + '\nop.execute("INSERT INTO t VALUES (1), (1)")')
    assert "Correct the script" in project.run("head").message


OF_THE_SCRIPT = {
    'op.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")': (
        "MigrationFailed",
        "let env.py make its engine with that level",
    ),
    'op.execute("SET statement_timeout = 100")\nop.execute("SELECT pg_sleep(5)")': (
        "StatementTimeout",
        "by a statement_timeout that is not the resource's",
    ),
    'try:\n    op.execute("SELECT 1/0")\nexcept Exception:\n    pass\nop.execute("SELECT 1")': (
        "MigrationFailed",
        "division by zero (SQLSTATE 22012), at ",
    ),
}


@pytest.mark.parametrize("code", OF_THE_SCRIPT)
@pytest.mark.parametrize("limit", [0, 60000])
def test_advice_that_helps(project: Project, code: str, limit: int) -> None:
    project.sync()
    project.script("001", upgrade=code)
    result = project.run("head", timeouts={"statement": limit})
    reason, told = OF_THE_SCRIPT[code]
    assert (result.reason, told in result.message) == (reason, True), result.message


def test_an_argument_of_x_is_named_by_its_field(project: Project) -> None:
    _edited(project, "config = context", "context.get_x_argument(as_dictionary=True)['tenant']\nconfig = context")
    assert "give it in spec.alembic.arguments: {tenant: …}" in project.run("head").message
    assert project.run("head", arguments={"tenant": "a"}).reason == "AtTargetRevision"


def test_locations_that_are_not_separated(project: Project) -> None:
    project.line("001")
    (project.directory / "more").mkdir()
    ini = project.ini.read_text().replace("prepend_sys_path = .", "version_locations = migrations/versions more\nPATH = os")
    project.ini.write_text(ini.replace("PATH", "version_path_separator"))
    result = project.run("head")
    assert result.reason == "InvalidScripts"
    assert "version_locations is taken for one directory, migrations/versions more" in result.message
