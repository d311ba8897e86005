"""An attempt that comes late does nothing, whatever became of the newer one: the database itself remembers who was there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import wait_until
from tests.late_attempts import ASLEEP, DRIVERS, a_table_for_each_tenant, assert_superseded, four_revisions, noted_at
from tests.project import RESOURCE, Project

AGAIN = {"uid": "2c3d", "created": "2026-01-11T09:00:00Z", "version": "5000"}


@pytest.fixture(params=DRIVERS)
def line(request: pytest.FixtureRequest, project: Project) -> Project:
    """With every driver: four revisions of which the second can be made to fail."""
    project.use(request.param)
    return four_revisions(project)


@pytest.fixture
def one_line(project: Project) -> Project:
    return four_revisions(project)


def test_who_comes_late_does_nothing(line: Project) -> None:
    assert line.run("001", attempt=2).outcome["newest"] is None
    assert_superseded(line.run("base", attempt=1), 2)
    assert line.database.rows() == ["001"]
    assert [(entry["name"], entry["uid"], entry["attempt"]) for entry in noted_at(line)] == [("team/thing", "0a1b", 2)]


def test_who_comes_after_a_failure_of_the_very_first_step_does_nothing(line: Project) -> None:
    line.script("001", upgrade='op.execute("SELECT 1 FROM broken")')
    assert line.run("head", attempt=2).reason == "MigrationFailed"
    assert_superseded(line.run("001", attempt=1), 2)
    assert (line.database.made(), line.database.rows()) == ([], [])


def test_who_comes_after_a_failure_does_nothing(line: Project) -> None:
    assert line.run("001", attempt=1).code == 0
    assert line.run("head", attempt=3).reason == "MigrationFailed"
    assert_superseded(line.run("base", attempt=2), 3)
    assert line.database.rows() == ["001"]


def test_who_comes_after_a_refusal_does_nothing(one_line: Project) -> None:
    assert one_line.run("001", attempt=1).code == 0
    forbidden = one_line.run("base", attempt=3, rollback={"policy": "Forbid"})
    assert forbidden.reason == "RollbackForbidden"
    assert_superseded(one_line.run("base", attempt=2), 3)


def test_who_comes_after_one_that_had_nothing_to_do_does_nothing(line: Project) -> None:
    assert line.run("001", attempt=1).code == 0
    assert line.run("001", attempt=3).outcome["plan"]["steps"] == 0
    assert_superseded(line.run("base", attempt=2), 3)
    assert line.run("base", attempt=4).code == 0
    assert_superseded(line.run("001", attempt=3), 4)


def test_where_nothing_is_there_a_refused_attempt_creates_nothing(one_line: Project) -> None:
    one_line.script("001", upgrade="pass").write_text("revision = '001'\ndown_revision = None\n")
    assert one_line.run("001").reason == "InvalidScripts"
    assert one_line.database.tables() == []


def test_an_attempt_may_start_twice(line: Project) -> None:
    for _ in range(2):
        assert line.run("001", attempt=1).reason == "AtTargetRevision"


def test_an_attempt_that_starts_again_takes_nothing_back_that_came_after_it(line: Project) -> None:
    # As after a status was lost: the operator takes it for the first one.
    assert line.run("001", attempt=1).code == 0
    line.script("002", "001")
    assert line.run("head", resource=None).code == 0
    again = line.run("001", attempt=1)
    assert again.reason == "RevisionDrifted"
    assert "this attempt, which was here before, began at base" in again.message
    assert line.database.rows() == ["004"]
    assert line.run("001", attempt=2).reason == "AtTargetRevision"


def test_a_rollback_that_starts_again_goes_on(one_line: Project) -> None:
    one_line.script("002", "001", downgrade='op.execute("SELECT 1 FROM broken")')
    assert one_line.run("head", attempt=1).code == 0
    assert one_line.run("base", attempt=2).reason == "MigrationFailed"
    one_line.script("002", "001")
    assert one_line.run("base", attempt=2).reason == "AtTargetRevision"
    assert one_line.database.rows() == []


@pytest.mark.parametrize(
    ("resource", "is_newer"),
    [
        (AGAIN, True),
        ({**AGAIN, "created": "2026-01-11T07:00:00Z"}, False),
        ({**AGAIN, "created": RESOURCE["created"]}, True),
        ({**AGAIN, "created": RESOURCE["created"], "version": "999"}, False),
        ({**AGAIN, "created": "2026-01-11T07:00:00Z", "over": RESOURCE["uid"]}, True),
    ],
)
def test_a_resource_that_was_made_again_comes_after_its_former_self(
    one_line: Project, resource: dict[str, str], is_newer: bool
) -> None:
    assert one_line.run("001", attempt=7).code == 0
    result = one_line.run("base", attempt=1, resource=resource)
    if not is_newer:
        assert_superseded(result, 7)
        return
    assert result.reason == "AtTargetRevision"
    late = one_line.run("001", attempt=8)
    assert_superseded(late, 1, "2c3d")
    assert "attempt 1 of team/thing (uid 2c3d, created" in late.message
    assert one_line.database.rows() == []


def test_another_resource_takes_over_and_back(one_line: Project) -> None:
    other: dict[str, Any] = {"name": "team/other", "resource": AGAIN}
    assert one_line.run("001", attempt=5).code == 0
    assert one_line.run("base", attempt=1, **other).code == 0
    assert one_line.run("001", attempt=6).code == 0
    assert_superseded(one_line.run("base", attempt=5), 6)
    assert_superseded(one_line.run("base", attempt=0, **other), 1, "2c3d")
    assert [entry["name"] for entry in noted_at(one_line)] == ["team/thing", "team/other"]


def test_a_run_that_is_nobodys_neither_asks_nor_notes(one_line: Project) -> None:
    assert one_line.run("001", resource=None).code == 0
    assert noted_at(one_line) == []
    assert one_line.run("001", attempt=2).code == 0
    assert one_line.run("base", attempt=1, resource=None).code == 0


def test_the_older_one_that_waits_while_the_newer_migrates_runs_nothing(line: Project) -> None:
    line.script("002", "001", upgrade='op.execute("SELECT pg_sleep(3)")')
    newer = line.start("head", attempt=2)
    wait_until(lambda: line.database.query(ASLEEP))
    older = line.start("base", attempt=1, timeouts={"busy": 20000})
    assert newer.result().reason == "AtTargetRevision"
    assert_superseded(older.result(), 2)
    assert line.database.rows() == ["004"]


def test_each_of_several_version_tables_has_its_own_order(project: Project) -> None:
    project.line("001", "002")
    a_table_for_each_tenant(project)
    assert project.run("001", attempt=2, arguments={"tenants": "a"}).code == 0
    assert project.run("001", attempt=1, arguments={"tenants": "b"}).code == 0
    late = project.run("002", attempt=1, arguments={"tenants": "ba"})
    assert (late.reason, "nothing more was run" in late.message) == ("Superseded", True)
    assert project.database.query("SELECT version_num FROM b.alembic_version") == [("002",)]
    assert project.database.query("SELECT version_num FROM a.alembic_version") == [("001",)]
