"""A script that catches the error of a statement, or has it in a thread: what went wrong is told, not what followed."""

from __future__ import annotations

import pytest

from tests.project import Project

CAUGHT = 'try:\n    op.execute("SELECT 1/0")\nexcept Exception:\n    pass'
THREAD = 'import threading\nt = threading.Thread(target=lambda: op.execute("SELECT 1/0"))\nt.start(); t.join()'
SCRIPTS = {
    "in its last statement": CAUGHT,
    "and goes on": f'{CAUGHT}\nop.create_table("t_001", sa.Column("id", sa.Integer))',
    "in a thread": THREAD,
}
HOOK = """
def applied(ctx, **_):
    try:
        ctx.connection.exec_driver_sql("SELECT 1/0")
    except Exception:
        pass

def run_migrations_online"""


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
@pytest.mark.parametrize("upgrade", [pytest.param(text, id=name) for name, text in SCRIPTS.items()])
def test_the_error_that_was_not_heard_is_told_with_its_line(project: Project, driver: str, upgrade: str) -> None:
    if (driver, upgrade) == ("asyncpg", THREAD):
        pytest.skip("a statement of another thread has no loop to wait in")
    project.use(driver)
    project.script("001", upgrade=upgrade)
    result = project.run("head")
    assert result.reason == "MigrationFailed", result.message
    assert "division by zero (SQLSTATE 22012), at " in result.message
    assert f"{project.versions}/001.py:" in result.message
    assert "Let the script not catch it" in result.message
    assert "env.py" not in result.message
    assert project.database.tables() == ["alembic_version"]


def test_one_that_a_hook_of_env_py_catches_is_no_scripts(project: Project) -> None:
    project.line("001", "002")
    text = project.env_py.read_text().replace("\ndef run_migrations_online", HOOK)
    project.env_py.write_text(text.replace("target_metadata=None", "target_metadata=None, on_version_apply=applied"))
    result = project.run("head")
    assert result.reason == "MigrationFailed", result.message
    assert f"division by zero (SQLSTATE 22012), at {project.env_py}:" in result.message
    assert "Let env.py not catch it" in result.message


def test_an_error_in_a_savepoint_that_was_caught_aborts_nothing(project: Project) -> None:
    project.script("001", upgrade=CAUGHT.replace("    op.execute", "    with op.get_bind().begin_nested(): op.execute"))
    assert project.run("head").reason == "AtTargetRevision"
    project.script(
        "002", "001", upgrade=f'{CAUGHT.replace("    op", "    with op.get_bind().begin_nested(): op")}\nop.execute("x")'
    )
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"]) == ("MigrationFailed", "42601")
    assert "division" not in result.message
