"""What `alembic init` writes, each template as the Alembic under test has it, unchanged."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import pytest

from tests.project import Project
from tests.server import Database

# One that two databases share, as script.py.mako of the template generates them.
SCRIPT = """
from alembic import op

revision = {revision!r}
down_revision = {down!r}
branch_labels = None
depends_on = None

def upgrade(engine_name):
    globals()["upgrade_%s" % engine_name]()

def downgrade(engine_name):
    globals()["downgrade_%s" % engine_name]()

def upgrade_engine1():
    op.execute("CREATE TABLE one_{revision} (id int)")

def downgrade_engine1():
    op.execute("DROP TABLE one_{revision}")

def upgrade_engine2():
    {second}

def downgrade_engine2():
    op.execute("DROP TABLE two_{revision}")
"""


def _init(project: Project, template: str) -> None:
    shutil.rmtree(project.directory)
    project.directory.mkdir()
    command = [project.python, "-m", "alembic", "init", "-t", template, "migrations"]
    subprocess.run(command, cwd=project.directory, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("template", "driver"),
    [
        ("generic", "psycopg2"),
        pytest.param("async", "asyncpg", marks=pytest.mark.diagonal),
        pytest.param("pyproject", "psycopg2", marks=[pytest.mark.requires("pyproject"), pytest.mark.diagonal]),
        pytest.param("pyproject_async", "asyncpg", marks=pytest.mark.requires("pyproject_async")),
    ],
)
@pytest.mark.parametrize("named", ["with its driver", "without a driver"])
def test_a_fresh_project_is_migrated_as_alembic_wrote_it(project: Project, template: str, driver: str, named: str) -> None:
    _init(project, template)
    project.line("001", "002")
    url = project.database.url(driver)
    url = url if named == "with its driver" else url.replace(f"+{driver}", "")
    up = project.run("head", url=url)
    assert (up.reason, up.outcome["after"]) == ("AtTargetRevision", ["002"]), up.stderr + up.message
    assert not any(driver in warning for warning in up.outcome.get("warnings", []))
    down = project.run("001", url=url)
    assert (down.outcome["before"], down.outcome["after"]) == (["002"], ["001"])
    assert project.database.tables() == ["alembic_version", "t_001"]


def _multidb(project: Project, other: Database, driver: str = "psycopg2") -> dict[str, Any]:
    """Two databases that the resource names, each by a variable."""
    _init(project, "multidb")
    return {
        "urlOptions": ["engine1:sqlalchemy.url", "engine2:sqlalchemy.url=OTHER_URL"],
        "url": project.database.url(driver),
        "environment": {"OTHER_URL": other.url(driver)},
    }


def _shared(project: Project, revision: str, down: str | None = None, second: str | None = None) -> None:
    second = second or f'op.execute("CREATE TABLE two_{revision} (id int)")'
    project.versions.joinpath(f"{revision}.py").write_text(SCRIPT.format(revision=revision, down=down, second=second))


@pytest.mark.diagonal
def test_two_databases_of_one_project_are_migrated_under_a_lock_in_each(project: Project, other_database: Database) -> None:
    asked = _multidb(project, other_database)
    _shared(project, "001")
    _shared(
        project,
        "002",
        "001",
        'op.execute("CREATE TABLE two_002 AS SELECT datname::text FROM pg_locks l JOIN pg_database d ON d.oid = l.database '
        "WHERE locktype = 'advisory' AND classid = 1684172135\")",
    )
    up = project.run("head", **asked)
    assert (up.reason, up.outcome["before"], up.outcome["after"]) == ("AtTargetRevision", [], ["002"]), up.outcome
    assert up.outcome["plan"] == {"direction": "Upgrade", "steps": 4}
    assert project.database.tables() == ["alembic_version", "one_001", "one_002"]
    assert other_database.tables() == ["alembic_version", "two_001", "two_002"]
    locked = other_database.query("SELECT datname FROM two_002")
    assert {(project.database.name,), (other_database.name,)} <= set(locked)
    down = project.run("001", **asked)
    assert (down.reason, down.outcome["after"]) == ("AtTargetRevision", ["001"]), down.outcome
    assert other_database.rows() == ["001"]


def test_a_failure_in_the_second_database_leaves_both_as_they_were(project: Project, other_database: Database) -> None:
    asked = _multidb(project, other_database)
    _shared(project, "001", second='op.execute("SELECT 1/0")')
    result = project.run("head", **asked)
    assert (result.reason, result.outcome["sqlstate"]) == ("MigrationFailed", "22012")
    assert (result.outcome["before"], result.outcome["after"]) == ([], [])
    assert (project.database.made(), other_database.made()) == ([], [])


def test_the_first_of_two_databases_may_be_ahead_of_the_other(project: Project, other_database: Database) -> None:
    asked = _multidb(project, other_database)
    _shared(project, "001")
    assert project.run("head", **asked).reason == "AtTargetRevision"
    other_database.execute("DROP TABLE two_001; DELETE FROM alembic_version")
    _shared(project, "002", "001")
    result = project.run("head", **asked)
    assert (result.reason, result.outcome["before"]) == ("AtTargetRevision", None)
    assert (
        f"3 steps up from 001 ({project.database.name}/public.alembic_version); base ({other_database.name}/" in result.message
    )
    assert result.outcome["plan"] == {"direction": "Upgrade", "steps": 3}


def test_two_phase_commit_reaches_both_databases_or_neither(project: Project, other_database: Database) -> None:
    asked = _multidb(project, other_database)
    text = project.env_py.read_text()
    project.env_py.write_text(text.replace("USE_TWOPHASE = False", "USE_TWOPHASE = True"))
    _shared(project, "001")
    result = project.run("head", **asked)
    assert (result.reason, result.outcome["after"]) == ("AtTargetRevision", ["001"]), result.outcome
    # The second database cannot be prepared: the constraint is looked at then.
    _shared(
        project,
        "002",
        "001",
        'op.execute("CREATE TABLE two_002 (id int UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO two_002 VALUES (1), (1)")',
    )
    failed = project.run("head", **asked)
    assert (failed.reason, failed.outcome["sqlstate"]) == ("MigrationFailed", "23505"), failed.outcome
    assert failed.outcome["after"] == ["001"]
    assert (project.database.rows(), other_database.rows()) == (["001"], ["001"])
    assert project.database.query("SELECT gid FROM pg_prepared_xacts WHERE database = current_database()") == []


def test_two_phase_commit_on_a_server_that_has_none_says_what_it_lacks(project: Project, other_database: Database) -> None:
    asked = _multidb(project, other_database)
    text = project.env_py.read_text()
    text = text.replace("USE_TWOPHASE = False", "USE_TWOPHASE = True")
    # As the server answers where max_prepared_transactions is 0, which is its default.
    text = text.replace(
        'rec["transaction"].prepare()',
        """rec["connection"].exec_driver_sql("DO $$ BEGIN RAISE 'prepared transactions are disabled' "
                    "USING ERRCODE = '55000', HINT = 'Set max_prepared_transactions to a nonzero value.'; END $$")""",
    )
    project.env_py.write_text(text)
    _shared(project, "001")
    result = project.run("head", **asked)
    assert (result.reason, result.outcome["sqlstate"]) == ("MigrationFailed", "55000")
    assert "prepared transactions are disabled" in result.message
    assert "max_prepared_transactions" in result.message
    assert (project.database.made(), other_database.made()) == ([], [])
