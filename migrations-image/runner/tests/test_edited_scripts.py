"""A script that was edited after it was applied is noticed, and stops nothing."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dbmigration.planning import edits
from dbmigration.planning.edits import Noted
from tests.project import Project
from tests.test_history import DRIVERS, warnings


def edit(project: Project, revision: str) -> None:
    path = project.versions / f"{revision}.py"
    path.write_text(path.read_text() + "\n# edited\n")


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_script_that_was_edited_since_is_named(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001", "002", "003")
    assert warnings(project.run("002")) == []
    edit(project, "002")
    edit(project, "003")
    (told,) = warnings(project.run("002"))
    assert told.startswith("the script of revision 002 (applied 20")
    assert "was edited after it was applied" in told
    assert warnings(project.run("003")) == [told]
    waiting = project.run("001", approval={"rollbacks": "Always"})
    assert warnings(waiting, "ApprovalRequired") == [told]
    assert warnings(project.run("001")) == [told]
    # It is taken back, and applied as it is now.
    assert warnings(project.run("003")) == []


def test_many_are_counted(project: Project) -> None:
    names = [f"{number:03}" for number in range(1, 8)]
    project.line(*names)
    project.run("head")
    for name in names:
        edit(project, name)
    (told,) = warnings(project.run("head"))
    assert "and 4 more were edited" in told
    assert len(told) < 300


def test_one_entry_that_was_written_by_hand_does_no_harm(project: Project) -> None:
    project.line("001")
    project.run("head")
    project.database.execute(
        "INSERT INTO dbmigrations.history (version_table, revision, direction, heads_before, heads, at, transaction, script) "
        "VALUES ('public.alembic_version', '900', 'Upgrade', '{}', '{900}', 'infinity', 0, 'x'), "
        "('public.alembic_version', '001', 'Sideways', '{NULL}', '{NULL}', '-infinity', 0, NULL)"
    )
    assert warnings(project.run("head")) == []


def test_only_so_much_of_a_long_history_is_looked_at(project: Project) -> None:
    project.line("001", "002")
    project.run("head")
    edit(project, "001")
    project.database.execute(
        "INSERT INTO dbmigrations.history (version_table, revision, direction, heads_before, heads, at, transaction, script) "
        "SELECT 'public.alembic_version', '900', 'Upgrade', '{}', '{900}', clock_timestamp(), 0, 'x' "
        "FROM generate_series(1, 50000)"
    )
    result = project.run("head")
    assert warnings(result) == []
    project.database.execute("ANALYZE dbmigrations.history")
    plan = project.database.query(
        "EXPLAIN SELECT * FROM dbmigrations.history h WHERE h.version_table = 'public.alembic_version' "
        "ORDER BY h.at DESC, h.id DESC LIMIT 1000"
    )
    assert any("Index Scan Backward using history_by_time" in row[0] for row in plan), plan


def test_what_was_compiled_is_not_compared() -> None:
    noted = [Noted("001", "another", "2026-01-11T10:00:00.000000Z")]
    assert edits.warning({"001"}, noted, {"001": SimpleNamespace(path="/app/001.pyc")}) is None
    assert edits.warning({"001"}, noted, {"001": SimpleNamespace(path="/nowhere/001.py")}) is None
    assert edits.warning(set(), noted, {"001": SimpleNamespace(path=__file__)}) is None
    assert "001 (applied 2026-01-11T10:00:00Z)" in str(edits.warning({"001"}, noted, {"001": SimpleNamespace(path=__file__)}))
