"""A target that is an instant: the database goes to where its history says that it was."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from dbmigration.planning import instants
from dbmigration.planning.graph import Graph
from dbmigration.planning.instants import Known
from tests.project import Project, Result
from tests.test_entries import kept
from tests.test_history import DRIVERS, TENANTS, warnings

GRAPH = Graph({"001": (), "002": ("001",), "003": ("002",), "b1": ()}, {})


def now(project: Project) -> str:
    """By the clock of the server, and apart from what comes before and after."""
    time.sleep(0.01)
    found = project.database.query("SELECT clock_timestamp()")[0][0].astimezone(timezone.utc)
    time.sleep(0.01)
    return f"@{found:%Y-%m-%dT%H:%M:%S.%fZ}"


def refused(result: Result, reason: str) -> str:
    assert result.reason == reason, result.outcome
    return result.message


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("options", ["", "transaction_per_migration=True"])
def test_the_database_goes_to_where_it_was(project: Project, driver: str, options: str) -> None:
    project.use(driver, options)
    project.line("001", "002", "003")
    project.run("001")
    at_001 = now(project)
    project.run("003")
    at_003 = now(project)
    project.run("002")
    back = project.run(at_001)
    told = warnings(back)
    assert (back.outcome["after"], back.outcome["target"]) == (["001"], ["001"])
    assert told == [
        f"at {at_001[1:]} the database was at 001: the schema is taken there, and the data is not restored. "
        "What was written or deleted since stays so."
    ]
    # However often, as nothing that happened is undone in the history.
    for instant, rows in ((at_003, ["003"]), (at_001, ["001"]), (at_001, ["001"]), (at_003, ["003"])):
        again = project.run(instant)
        assert (again.reason, again.outcome["after"]) == ("AtTargetRevision", rows)


def test_what_it_deletes_is_asked_for_first(project: Project) -> None:
    project.line("001", "002")
    project.run("001")
    instant = now(project)
    project.run("002")
    project.database.execute("INSERT INTO t_002 VALUES (1)")
    waiting = project.run(instant, approval={})
    assert (waiting.reason, waiting.outcome["target"]) == ("ApprovalRequired", ["001"])
    assert "the data is not restored" in warnings(waiting, "ApprovalRequired")[-1]
    assert "takes back 002, and spec.rollback.policy is Forbid" in project.run(instant, rollback={"policy": "Forbid"}).message
    digest = waiting.outcome["plan"]["digest"]
    assert project.run(instant, approval={"plans": [digest]}).outcome["after"] == ["001"]


def test_an_empty_database_is_one_too_and_lines_that_came_later_go(project: Project) -> None:
    project.line("001", "002")
    project.run("001")
    project.run("base")
    empty = now(project)
    project.run("001")
    alone = now(project)
    project.script("b1", None)
    project.run("heads")
    assert project.database.rows() == ["002", "b1"]
    back = project.run(alone)
    assert (back.outcome["after"], back.outcome["exclusive"], back.reason) == (["001"], True, "AtTargetRevision")
    back = project.run(empty)
    assert (back.outcome["after"], back.outcome["target"]) == ([], [])


def test_within_a_transaction_the_database_was_where_it_began(project: Project) -> None:
    project.line("001")
    project.run("001")
    for name, down in (("002", "001"), ("003", "002")):
        project.script(name, down, upgrade=f'op.execute("CREATE TABLE t_{name} AS SELECT 1 AS id FROM pg_sleep(0.3)")')
    project.run("003")
    at = project.database.query("SELECT at FROM dbmigrations.history WHERE revision = '002'")[0][0].astimezone(timezone.utc)
    back = project.run(f"@{at + timedelta(milliseconds=100):%Y-%m-%dT%H:%M:%S.%fZ}")
    assert back.outcome["after"] == ["001"], back.message


def test_what_the_history_does_not_tell_is_refused_and_nothing_is_run(project: Project) -> None:
    project.line("001", "002")
    early = now(project)
    assert "database " in refused(project.run(early), "ConfigurationError")
    project.run("head")
    first = refused(project.run(early), "ConfigurationError")
    earliest = first.partition("begins with ")[2].partition(",")[0]
    assert project.run(f"@{earliest}").outcome["after"] == ["002"]
    assert "spec.history is Disabled" in refused(project.run(early, history="Disabled"), "ConfigurationError")
    late = f"@{datetime.now(timezone.utc) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    assert "lies in the future" in refused(project.run(late), "ConfigurationError")
    assert "is no instant" in refused(project.run("@yesterday"), "RevisionNotFound")
    assert project.database.rows() == ["002"]
    project.database.execute("DELETE FROM dbmigrations.history")
    assert "has no entry of public.alembic_version" in refused(project.run(now(project)), "ConfigurationError")
    project.database.execute("ALTER TABLE dbmigrations.history ENABLE ROW LEVEL SECURITY")
    assert "triggers, rules or policies" in refused(project.run(now(project)), "ConfigurationError")


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_history_that_is_locked_is_not_waited_for_long(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001")
    project.run("001")
    with project.database.connect() as other:
        other.execute("BEGIN; LOCK TABLE dbmigrations.history")
        told = refused(project.run(now(project), timeouts={"lock": 300}), "ConfigurationError")
        assert "dbmigrations.history: it is locked" in told
        result = project.run("001", timeouts={"lock": 300})
        assert warnings(result) == ["the database's history was not read: dbmigrations.history: it is locked."]


def test_revisions_that_the_image_has_not_are_named_with_the_entry_that_has_them(project: Project) -> None:
    project.line("001", "002")
    project.run("002")
    instant = now(project)
    project.run("001")
    (project.versions / "002.py").unlink()
    told = refused(project.run(instant), "RevisionNotFound")
    assert "was at 002" in told
    assert "this image has no script for 002. Use an image that contains it." in told


def test_where_somebody_migrated_without_leaving_an_entry_it_is_refused(project: Project) -> None:
    project.line("001", "002", "003")
    project.run("001")
    project.run("002", history="Disabled")
    since = now(project)
    told = refused(project.run(since), "ConfigurationError")
    assert "left 001, and 002 is there: somebody migrated without an entry since, or changed it." in told
    assert "Let spec.targetRevision name the revision itself that the database shall be at." in told
    project.run("003")
    told = refused(project.run(since), "ConfigurationError")
    assert "found 002, and the one before it, of 20" in told
    assert "left 001: somebody migrated without an entry in between, or changed one." in told
    assert project.database.rows() == ["003"]
    # Since then all of it is known.
    assert len(warnings(project.run(now(project)))) == 1
    after = now(project)
    project.run("001")
    assert project.run(after).outcome["after"] == ["003"]


OF = "UPDATE dbmigrations.history SET"
# Of 001, 002 and 003 one after the other, 003 taken back, each by itself; the instant is that of 002.
BY_HAND = {
    f"{OF} heads = '{{003}}' WHERE id = 2": "(Upgrade 002, from 001 to 003) is none that a migration with these scripts writes",
    f"{OF} heads = '{{003}}' WHERE id = 2; {OF} heads_before = '{{003}}' WHERE id = 3": "(Upgrade 002, from 001 to 003)",
    f"{OF} heads = '{{001,002}}' WHERE id = 2": "(Upgrade 002, from 001 to 001, 002) is none",
    f"{OF} revision = '001', heads = '{{001}}', heads_before = '{{}}' WHERE id = 2": "found 002, and the one before it",
    f"{OF} direction = 'Sideways' WHERE id = 2": "(Sideways 002, from 001 to 002) is none",
    f"{OF} heads = ARRAY[NULL, '002'] WHERE id = 2": "(Upgrade 002, from 001 to base) is none",
    f"{OF} heads = '{{}}' WHERE id = 2": "(Upgrade 002, from 001 to base) is none",
    f"{OF} at = at + interval '1 h' WHERE id = 3": "was written after that of",
    f"{OF} at = 'infinity' WHERE id = 4": "is none that a migration",
    f"{OF} at = at - interval '1 h' WHERE id = 2": "was written after that of",
    f"{OF} transaction = (SELECT min(transaction) FROM dbmigrations.history) WHERE id = 3": "of a transaction that had ended",
    "DELETE FROM dbmigrations.history WHERE id = 4": "its last entry, of",
    "DELETE FROM dbmigrations.history WHERE id = 3": "found 003, and the one before it",
}


@pytest.mark.parametrize("by_hand", list(BY_HAND))
def test_a_history_that_was_changed_by_hand_is_not_obeyed(project: Project, by_hand: str) -> None:
    project.line("001", "002", "003")
    project.run("001")
    project.run("002")
    instant = now(project)
    project.run("003")
    project.run("002")
    project.database.execute(by_hand)
    told = refused(project.run(instant), "ConfigurationError")
    assert "the history of public.alembic_version is not believed" in told
    assert BY_HAND[by_hand] in told, told
    assert "Let spec.targetRevision name the revision itself" in told
    assert project.database.rows() == ["002"]


def test_no_more_of_the_history_has_to_be_right_than_what_came_since(project: Project) -> None:
    """Of long ago a script may be gone, and a step have left no entry."""
    project.line("001", "002", "003")
    project.run("002")
    instant = now(project)
    project.run("003")
    project.database.execute("DELETE FROM dbmigrations.history WHERE revision = '001'")
    assert project.run(instant).outcome["after"] == ["002"]


def test_of_several_version_tables_all_have_to_have_been_there(project: Project) -> None:
    project.env_py.write_text(TENANTS)
    project.line("001", "002")
    project.run("001")
    instant = now(project)
    project.run("002")
    assert project.run(instant).outcome["after"] == ["001"]
    (between,) = project.database.query(
        "SELECT min(at) + (max(at) - min(at)) / 2 FROM dbmigrations.history WHERE direction = 'Downgrade'"
    )[0]
    told = refused(project.run(f"@{between.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S.%fZ}"), "VersionTablesDiffer")
    assert "two.alembic_version was at 002, and the version tables before it at 001" in told


def test_another_image_goes_there_for_one_that_lacks_what_has_to_go(project: Project) -> None:
    """As after a release was reverted: the older image tells what the instant means, and confirms it in the end."""
    project.line("001", "002")
    project.run("002")
    instant = now(project)
    newer = [project.script("003", "002"), project.script("b1", None)]
    assert project.run("heads").outcome["after"] == ["003", "b1"]
    texts = {path: path.read_text() for path in newer}
    for path in newer:
        path.unlink()
    ahead = project.run(instant)
    assert (ahead.reason, ahead.outcome["target"]) == ("DatabaseAhead", ["002"])
    for path, text in texts.items():
        path.write_text(text)
    # By the revision alone the line would stay that came later.
    assert project.run("002").outcome["after"] == ["002", "b1"]
    assert project.run(instant).outcome["after"] == ["002"]
    for path in newer:
        path.unlink()
    assert project.run(instant, mode="Check").reason == "AtTargetRevision"


PLACED = """
from alembic import context
context.script.version_locations = [context.config.get_main_option("script_location") + "/versions"]
assert context.get_revision_argument() is None
"""


def test_where_the_scripts_are_may_be_known_late(project: Project) -> None:
    project.env_py.write_text(PLACED + project.env_py.read_text())
    project.line("001", "002")
    project.env_py.write_text(project.env_py.read_text().replace("assert", "# assert"))
    project.run("001")
    instant = now(project)
    project.run("002")
    project.env_py.write_text(project.env_py.read_text().replace("# assert", "assert"))
    assert project.run(instant).outcome["after"] == ["001"]


@pytest.mark.parametrize(
    ("heads", "revisions", "undone", "roots"),
    [
        (("001",), ("001",), {"002", "003", "b1"}, ("002", "b1")),
        (("002", "b1"), ("002", "b1"), {"003"}, ("003",)),
        (("003",), ("003",), {"b1"}, ("b1",)),
        ((), (), {"001", "002", "003", "b1"}, ("001", "b1")),
    ],
)
def test_all_that_was_not_there_goes(heads: Any, revisions: Any, undone: Any, roots: Any) -> None:
    found = kept(GRAPH, [("001",), heads])
    now = datetime(2026, 1, 12, tzinfo=timezone.utc)
    made = instants.resolve("@2026-01-11T23:00:00Z", Known(now, found), heads, GRAPH, "t")
    assert (made.revisions, made.undone, made.roots) == (revisions, undone, roots)
    assert made.is_exclusive(GRAPH)
