"""An invalid index that a run itself left is dropped by the next one, and no other index ever is."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from dbmigration.session.notes import ATTEMPTS, FOUND, Comment
from dbmigration.sql.quote import literal
from tests.conftest import wait_until
from tests.project import Project, Result, Running
from tests.test_approvals import DRIVERS

COMMENT = "100% ours, \\ 'quoted'\nand \"more\" für immer\n"
DROPPED = "Before that, index public.ux was dropped: an earlier attempt had left it invalid."
BUILD = "CREATE UNIQUE INDEX CONCURRENTLY {}ux ON d (v)"


def _project(project: Project, if_not_exists: str = "", comment: str | None = None) -> None:
    """At 001, with 002 building an index over a table in which nothing is twice yet."""
    project.line("001")
    project.script(
        "002",
        "001",
        upgrade=f'with op.get_context().autocommit_block():\n    op.execute("{BUILD.format(if_not_exists)}")',
        downgrade='op.execute("DROP INDEX ux")',
    )
    project.database.execute(
        "CREATE TABLE d AS SELECT 1 AS v; CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);"
        "INSERT INTO alembic_version VALUES ('001')"
    )
    if comment is not None:
        project.database.execute(f"COMMENT ON TABLE alembic_version IS {literal(comment)}")


def _run(project: Project, target: str = "head", **request: Any) -> Result:
    return project.run(target, invalidIndexes="Drop", **request)


def _start(project: Project, **request: Any) -> Running:
    return project.start("head", invalidIndexes="Drop", **request)


def _comment(project: Project) -> str | None:
    """Without the notes of attempts, which are others."""
    found = project.database.query("SELECT obj_description('alembic_version'::regclass)")[0][0]
    comment = Comment.parse(found or "").with_note(ATTEMPTS, None).with_note(FOUND, None)
    return str(comment) or None


def _index(project: Project, schema: str = "public") -> list[tuple[bool, int]]:
    return project.database.query(
        f"SELECT i.indisvalid, i.indexrelid::int FROM pg_index i WHERE i.indexrelid = to_regclass('{schema}.ux')"
    )


def _building(project: Project) -> bool:
    """The statement waits for another session, its index is there, and the note has the index's number."""
    return '"index": ' in (_comment(project) or "") and '"index": null' not in (_comment(project) or "")


def _healed(project: Project, result: Result, comment: str | None = None) -> None:
    assert (result.reason, result.outcome["after"]) == ("AtTargetRevision", ["002"])
    assert [valid for valid, _ in _index(project)] == [True]
    assert _comment(project) == comment


def _interrupted(project: Project, end: str, **request: Any) -> Result:
    """The first run is ended while it builds the index, which then is invalid."""
    with project.database.connect() as other:
        other.execute("BEGIN; INSERT INTO d VALUES (2)")
        running = _start(project, **request)
        wait_until(lambda: _building(project))
        if end == "pg_terminate_backend":
            project.database.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query ~ '^CREATE UNIQUE'"
            )
        elif end:
            running.process.send_signal(getattr(signal, end))
        result = running.result(timeout=20) if end != "SIGKILL" else Result(running.process.wait(), {}, "", "", 0)
        wait_until(lambda: project.database.sessions()[1:] == [], 5)
    assert [valid for valid, _ in _index(project)] == [False]
    return result


@pytest.mark.parametrize(("if_not_exists", "comment"), [("", None), ("IF NOT EXISTS ", COMMENT)])
def test_what_a_killed_run_left_is_dropped_before_the_next_one_goes_on(
    project: Project, if_not_exists: str, comment: str | None
) -> None:
    _project(project, if_not_exists, comment)
    _interrupted(project, "SIGKILL")
    assert (_comment(project) or "").startswith(comment or "[dbmigration]")
    result = _run(project)
    assert result.message.endswith(f"1 step up from 001. {DROPPED}")
    assert [(e["index"], e["state"]) for e in result.events if e["event"] == "index"] == [
        ("public.ux", "dropping"),
        ("public.ux", "dropped"),
    ]
    _healed(project, result, comment)


def test_an_asynchronous_env_py_can_heal(project: Project) -> None:
    _project(project)
    project.asynchronous()
    _interrupted(project, "SIGKILL")
    _healed(project, _run(project))


@pytest.mark.parametrize(
    ("end", "reason", "timeouts"),
    [
        ("SIGTERM", "Interrupted", {}),
        ("pg_terminate_backend", "ConnectionLost", {}),
        ("", "DeadlineExceeded", {"run": 10000}),
        ("", "StatementTimeout", {"statement": 4000}),
    ],
)
def test_what_ended_a_run_stays_its_reason_when_all_it_left_is_an_own_index(
    project: Project, end: str, reason: str, timeouts: dict[str, int]
) -> None:
    _project(project, "IF NOT EXISTS ")
    result = _interrupted(project, end, timeouts=timeouts)
    assert (result.reason, result.outcome["after"]) == (reason, ["001"])
    assert "Index public.ux, which it left invalid, is dropped by the next attempt." in result.message
    _healed(project, _run(project))


def test_duplicates_stay_a_reason_to_stop_and_once_they_are_gone_the_next_run_heals(project: Project) -> None:
    _project(project, "IF NOT EXISTS ")
    project.database.execute("INSERT INTO d VALUES (1)")
    for dropped in (False, True):
        result = _run(project)
        assert (result.reason, result.outcome["sqlstate"], result.outcome["after"]) == ("InvalidIndex", "23505", ["001"])
        assert "then annotate the resource" in result.message
        assert "DROP INDEX" not in result.message
        assert (DROPPED in result.message) is dropped
    # The number is known once the server has said that it failed.
    assert _building(project)
    project.database.execute("DELETE FROM d")
    _healed(project, _run(project))


def test_where_nobody_asked_for_it_nothing_is_noted_and_nothing_dropped(project: Project) -> None:
    _project(project, "IF NOT EXISTS ", COMMENT)
    project.database.execute("INSERT INTO d VALUES (1)")
    assert project.run("head").reason == "InvalidIndex"
    assert _comment(project) == COMMENT
    left = _index(project)
    project.database.execute("DELETE FROM d")
    refused = _run(project)
    assert (refused.reason, _index(project)) == ("InvalidIndex", left)
    assert 'DROP INDEX CONCURRENTLY "public"."ux"' in refused.message


@pytest.mark.parametrize("other", ["in another schema", "made by hand after it was dropped", "valid again"])
def test_an_index_of_somebody_else_under_the_same_name_is_not_dropped(project: Project, other: str) -> None:
    _project(project, "IF NOT EXISTS ")
    project.database.execute("INSERT INTO d VALUES (1)")
    assert _run(project).reason == "InvalidIndex"
    if other == "in another schema":
        project.database.execute("CREATE SCHEMA s; CREATE TABLE s.d (v int); CREATE INDEX ux ON s.d (v); DELETE FROM d")
        project.database.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 's.ux'::regclass", superuser=True)
        theirs = _index(project, "s")
        result = _run(project)
        assert (result.reason, DROPPED in result.message) == ("InvalidIndex", True)
        assert "index s.ux on s.d is invalid" in result.message
        assert _index(project, "s") == theirs
    elif other == "valid again":
        project.database.execute("DELETE FROM d")
        project.database.execute("REINDEX INDEX CONCURRENTLY ux")
        theirs = _index(project)
        _healed(project, _run(project))
        assert _index(project) == theirs
    else:
        project.database.execute("DROP INDEX ux")
        with pytest.raises(Exception, match="could not create unique index"):
            project.database.execute(BUILD.format(""))
        theirs = _index(project)
        project.database.execute("DELETE FROM d")
        assert _run(project).reason == "InvalidIndex"
        assert _index(project) == theirs


def test_dropping_waits_for_the_application_names_it_and_keeps_the_deadline(project: Project) -> None:
    _project(project)
    _interrupted(project, "SIGKILL")
    with project.database.connect() as other:
        other.execute("BEGIN; INSERT INTO d VALUES (3)")
        result = _start(project, timeouts={"lock": 200, "run": 6000}).result()
    assert (result.reason, result.outcome["after"]) == ("DeadlineExceeded", ["001"])
    assert [event["event"] for event in result.events if event["event"] != "progress"] == ["index", "waiting"]
    wait_until(lambda: project.database.sessions() == [], 3)
    _healed(project, _run(project))


def test_a_runner_that_waits_drops_nothing_while_another_one_builds(project: Project) -> None:
    _project(project, "IF NOT EXISTS ")
    with project.database.connect() as other:
        other.execute("BEGIN; INSERT INTO d VALUES (2)")
        first = _start(project)
        wait_until(lambda: _building(project))
        assert _run(project, timeouts={"busy": 300}).reason == "DatabaseBusy"
        number = _index(project)[0][1]
        second = _start(project, timeouts={"busy": 20000})
        wait_until(lambda: len(project.database.sessions()) > 3)
        other.execute("COMMIT")
    _healed(project, first.result())
    assert second.result().outcome["plan"]["steps"] == 0
    assert _index(project) == [(True, number)]


# The moments at which a run may be killed: before and after everything that it does about an index.
MOMENTS = ["before noting", "after noting", "before unnoting", "after unnoting", "before dropping", "after dropping"]
KILLED = """
import os, signal
from dbmigration.indexes import marks
from dbmigration.session.session import Session
def deadly(before, owner, name):
    original = getattr(owner, name)
    def call(*args):
        if before == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        original(*args)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, call)
if os.environ.get("KILLED"):
    moment, what = os.environ["KILLED"].split()
    owner, name = {"noting": (marks, "add"), "unnoting": (marks, "remove"), "dropping": (Session, "outside_transaction")}[what]
    deadly(moment, owner, name)
"""


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_may_be_killed_at_any_moment(project: Project, moment: str) -> None:
    _project(project, "IF NOT EXISTS ", COMMENT)
    project.env_py.write_text(KILLED + project.env_py.read_text())
    if "dropping" in moment:
        _interrupted(project, "SIGKILL")
    killed = project.start("head", invalidIndexes="Drop", environment={"KILLED": moment})
    assert killed.process.wait(20) == -signal.SIGKILL
    wait_until(lambda: project.database.sessions() == [], 5)
    _healed(project, _run(project), COMMENT)


def test_a_version_table_of_another_role_is_left_alone_and_that_is_said(project: Project) -> None:
    _project(project)
    project.database.execute("ALTER TABLE alembic_version OWNER TO postgres", superuser=True)
    project.database.execute(f"GRANT ALL ON alembic_version TO {project.database.name}", superuser=True)
    project.database.execute("INSERT INTO d VALUES (1)")
    result = _run(project)
    assert (result.reason, _comment(project)) == ("InvalidIndex", None)
    assert "could not be noted in the comment of public.alembic_version" in "".join(result.outcome["warnings"])
    assert "DROP INDEX CONCURRENTLY" in result.message


def test_an_index_hidden_by_a_lock_on_its_table_is_seen(project: Project) -> None:
    """Vacuum and others take the same lock as who builds an index."""
    _project(project, "IF NOT EXISTS ")
    assert project.run("head").code == 0
    project.database.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ux'::regclass", superuser=True)
    with project.database.connect() as other:
        other.execute("BEGIN; LOCK TABLE d IN SHARE UPDATE EXCLUSIVE MODE")
        assert project.run("head").reason == "InvalidIndex"


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(("table", "index"), [("d%d", "u%s"), ("e", "%(x)s"), ("d%%", "u")])
def test_an_index_may_have_a_percent_sign_in_its_name(project: Project, driver: str, table: str, index: str) -> None:
    """Which some drivers are given twice."""
    _project(project)
    project.use(driver)
    build = f'CREATE UNIQUE INDEX CONCURRENTLY "{index}" ON "{table}" (v)'
    project.script("002", "001", upgrade=f"with op.get_context().autocommit_block():\n    op.execute('{build}')")
    project.database.execute(f'ALTER TABLE d RENAME TO "{table}"; INSERT INTO "{table}" VALUES (1)')
    failed = _run(project)
    assert (failed.reason, failed.outcome["sqlstate"]) == ("InvalidIndex", "23505"), failed.message
    project.database.execute(f'TRUNCATE "{table}"')
    result = _run(project)
    assert (result.reason, result.outcome["after"]) == ("AtTargetRevision", ["002"]), result.message
    assert f"index public.{index} was dropped: an earlier attempt had left it invalid" in result.message
    assert _comment(project) is None
