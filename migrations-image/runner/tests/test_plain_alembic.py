"""A runner beside a plain `alembic upgrade`, which takes no lock: whoever comes second waits, or takes everything back."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.conftest import wait_until
from tests.forking import Child, forker
from tests.project import RUNNER, Project

# The effect is one that nothing in the schema keeps from happening twice.
EFFECT = """
op.execute("INSERT INTO ledger VALUES ('{revision}')")
import os, time
while os.environ.get("STOP_IN") == "{revision}" and not os.path.exists(os.environ["GO"]):
    time.sleep(0.01)
"""


@pytest.fixture
def line(project: Project) -> Project:
    project.database.execute("CREATE TABLE ledger (revision text)")
    for revision, down in (("001", None), ("002", "001"), ("003", "002")):
        project.script(revision, down, upgrade=EFFECT.format(revision=revision))
    return project


def _alembic(project: Project, stop_in: str = "") -> Child:
    environment = {**os.environ, "DATABASE_URL": project.database.url(project.driver), **_stop(project, stop_in)}
    stdout, stderr = project.directory / "alembic-stdout", project.directory / "alembic-stderr"
    arguments = ["alembic", "upgrade", "head"]
    return forker(project.python, RUNNER).start(arguments, project.directory, environment, stdout, stderr)


def _stop(project: Project, revision: str) -> dict[str, str]:
    return {"STOP_IN": revision, "GO": str(project.directory / "go")}


def _go(project: Project) -> None:
    Path(project.directory, "go").touch()


def _effects(project: Project) -> list[str]:
    return [row[0] for row in project.database.query("SELECT revision FROM ledger ORDER BY 1")]


def _in_transaction(project: Project, name: str) -> bool:
    """Whether it has written something and not committed it."""
    return _session(project, f"backend_xid IS NOT NULL AND application_name LIKE '{name}'")


@pytest.mark.parametrize("stop_in", ["001", "003"])
@pytest.mark.parametrize("version_table", ["with a version table", "without a version table"])
def test_a_runner_waits_for_an_alembic_that_is_migrating(line: Project, stop_in: str, version_table: str) -> None:
    if version_table == "with a version table":
        line.database.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    alembic = _alembic(line, stop_in)
    wait_until(lambda: _in_transaction(line, ""))
    running = line.start("head")
    name = "application_name = 'dbmigration team/thing'"
    wait_until(lambda: _session(line, name if "with a" in version_table else f"{name} AND wait_event_type = 'Lock'"))
    _go(line)
    code = alembic.wait(30)
    result = running.result()
    assert code == 0, Path(line.directory, "alembic-stderr").read_text()
    assert _effects(line) == ["001", "002", "003"]
    if version_table == "with a version table":
        assert (result.reason, result.outcome["plan"]["steps"]) == ("AtTargetRevision", 0)
    else:
        # Nobody but its creator sees a table that is not committed.
        assert result.reason == "DatabaseBusy", result.message
        assert line.run("head").outcome["plan"]["steps"] == 0


def _session(project: Project, condition: str) -> bool:
    sql = f"SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND {condition}"
    return bool(project.database.query(sql))


def test_who_waits_for_an_alembic_in_vain_names_it(line: Project) -> None:
    line.database.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    alembic = _alembic(line, "002")
    wait_until(lambda: _in_transaction(line, ""))
    [(pid,)] = line.database.query(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"
    )
    result = line.run("head", timeouts={"busy": 700})
    assert (result.code, result.reason, result.outcome["after"]) == (1, "DatabaseBusy", None)
    assert f"process {pid}, application without a name, user {line.database.name}" in result.message
    assert _effects(line) == []
    _go(line)
    assert alembic.wait(30) == 0
    assert line.run("head").outcome["plan"]["steps"] == 0
    assert _effects(line) == ["001", "002", "003"]


@pytest.mark.parametrize("stop_in", ["001", "003"])
def test_an_alembic_that_starts_during_a_run_takes_everything_back_or_finds_it_done(line: Project, stop_in: str) -> None:
    running = line.start("head", environment=_stop(line, stop_in))
    wait_until(lambda: _in_transaction(line, "dbmigration team%"))
    alembic = _alembic(line)
    wait_until(lambda: alembic.poll() is not None or _session(line, "application_name = '' AND wait_event_type = 'Lock'"))
    _go(line)
    assert running.result().reason == "AtTargetRevision"
    alembic.wait(30)
    assert _effects(line) == ["001", "002", "003"]
    assert line.database.rows() == ["003"]


@pytest.mark.parametrize("stop_in", ["002", "003"])
@pytest.mark.parametrize("effect", ["changes the schema", "changes data"])
def test_an_alembic_with_a_transaction_for_each_step_is_waited_for_while_a_step_runs(
    line: Project, stop_in: str, effect: str
) -> None:
    """It holds nothing of the version table then."""
    line.use("psycopg2")
    line.sync("transaction_per_migration=True")
    if effect == "changes the schema":
        for path in line.versions.glob("*.py"):
            revision = path.stem
            created = f"op.execute('CREATE TABLE t_{revision} ()')\n    import os"
            path.write_text(path.read_text().replace("import os", created, 1))
    alembic = _alembic(line, stop_in)
    wait_until(lambda: _session(line, "backend_xid IS NOT NULL AND application_name = ''") and _rows_before(line, stop_in))
    running = line.start("head")
    wait_until(lambda: _session(line, "application_name = 'dbmigration team/thing'"))
    time.sleep(0.5)
    assert _effects(line) == _effects_before(stop_in)
    _go(line)
    assert alembic.wait(30) == 0
    result = running.result()
    assert (result.reason, result.outcome["plan"]["steps"]) == ("AtTargetRevision", 0), result.message
    assert _effects(line) == ["001", "002", "003"]


def _rows_before(project: Project, stop_in: str) -> bool:
    """It is past all steps before this one."""
    return project.database.query("SELECT to_regclass('alembic_version') IS NOT NULL")[0][0] and project.database.rows() == [
        _effects_before(stop_in)[-1]
    ]


def _effects_before(stop_in: str) -> list[str]:
    return [revision for revision in ("001", "002", "003") if revision < stop_in]


def test_who_writes_something_else_is_waited_for_a_short_while_only(line: Project) -> None:
    assert line.run("002").code == 0
    with line.database.connect() as other:
        other.execute("BEGIN; CREATE TABLE theirs (); INSERT INTO ledger VALUES ('theirs')")
        result = line.run("head", timeouts={"busy": 0})
    assert result.reason == "AtTargetRevision"
    assert [event for event in result.events if event["event"] == "waiting"] == []
    assert result.seconds > 2
    with line.database.connect() as other:
        other.execute("BEGIN; CREATE TABLE more ()")
        assert line.run("head", timeouts={"busy": 1}).reason == "AtTargetRevision"


def test_a_run_that_an_alembic_was_faster_than_takes_everything_back_and_says_why(line: Project) -> None:
    line.database.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    # In the first step nothing is written yet that a plain alembic would have to wait for.
    running = line.start("head", environment=_stop(line, "001"))
    wait_until(lambda: _in_transaction(line, "dbmigration team%"))
    assert _alembic(line).wait(30) == 0
    _go(line)
    result = running.result()
    assert (result.reason, result.outcome["after"]) == ("DatabaseBusy", ["003"])
    assert "Somebody else migrated meanwhile" in result.message
    assert _effects(line) == ["001", "002", "003"]
    assert line.run("head").outcome["plan"]["steps"] == 0


@pytest.mark.parametrize("attempt", range(3))
def test_both_at_the_same_time_do_the_work_once(line: Project, attempt: int) -> None:
    both = _alembic(line), line.start("head")
    result = both[1].result()
    both[0].wait(30)
    assert result.reason in ("AtTargetRevision", "DatabaseBusy", "LockTimeout"), f"{result.message} {result.stderr}"
    assert line.run("head").reason == "AtTargetRevision"
    assert _effects(line) == ["001", "002", "003"]


def test_a_backup_that_reads_the_version_table_is_no_migration(line: Project) -> None:
    assert line.run("001").code == 0
    with line.database.connect() as backup:
        backup.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        backup.execute("SELECT * FROM alembic_version")
        assert line.run("head").reason == "AtTargetRevision"
