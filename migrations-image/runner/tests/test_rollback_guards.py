"""What may not go down is found before anything runs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project import Project

RAISES = 'raise NotImplementedError("the addresses are gone for good")'
FORBID = {"policy": "Forbid"}
ALLOW = {"irreversible": "Allow"}


def _without_downgrade(project: Project, revision: str) -> None:
    path = project.versions / f"{revision}.py"
    path.write_text(path.read_text().partition("def downgrade")[0])


def _all_kinds(project: Project, options: str = "") -> None:
    """Of the six steps down from the head to 001, the last three cannot be taken."""
    project.sync(options)
    project.line("001", "002")
    project.script("003", "002", downgrade="pass")
    project.script("004", "003", downgrade=RAISES)
    project.script("aaaa", "004")
    project.script("bbbb", "004")
    project.script("merged", ("aaaa", "bbbb"), upgrade="pass", downgrade="pass")
    _without_downgrade(project, "002")
    assert project.run("head").code == 0


@pytest.mark.parametrize("options", ["", "transaction_per_migration=True"])
def test_every_irreversible_step_is_named_and_nothing_runs(project: Project, options: str) -> None:
    _all_kinds(project, options)
    before = project.database.catalog()
    result = project.run("001")
    assert (result.code, result.reason, result.outcome["revision"]) == (1, "Irreversible", "004")
    assert (
        "3 of the 6 steps down to 001 cannot be taken, and nothing was run: revision 004 (004.py) has a downgrade() that only "
        "raises NotImplementedError; 003 (003.py) has a downgrade() that does nothing, although its upgrade() does something; "
        "002 (002.py) has no downgrade()." in result.message
    )
    assert "spec.rollback.irreversible to Allow" in result.message
    assert result.outcome["plan"] == {"direction": "Downgrade", "steps": 6}
    assert (result.outcome["applied"], result.outcome["after"]) == (0, ["merged"])
    assert project.database.catalog() == before
    # What lies above them, a merge without any effect among it, can be taken back.
    assert project.run("004").reason == "AtTargetRevision"


def test_irreversible_steps_that_are_allowed_run_as_alembic_runs_them(project: Project) -> None:
    _all_kinds(project)
    missing = project.run("001", rollback=ALLOW)
    assert (missing.reason, missing.outcome["revision"], missing.outcome["after"]) == ("Irreversible", "002", ["merged"])
    assert "002 (002.py) has no downgrade(). spec.rollback.irreversible is Allow, but there is nothing" in missing.message
    assert "003" not in missing.message
    raising = project.run("002", rollback=ALLOW)
    assert (raising.reason, raising.outcome["revision"]) == ("MigrationFailed", "004")
    project.script("004", "003")
    empty = project.run("002", rollback=ALLOW)
    assert (empty.reason, empty.outcome["after"]) == ("AtTargetRevision", ["002"])
    assert "t_003" in project.database.tables()


def test_many_irreversible_steps_leave_room_for_the_remedy(project: Project) -> None:
    down = None
    for number in range(40):
        revision = f"{number:03}"
        project.script(revision, down, downgrade="pass", file=f"{revision}_a_name_as_long_as_those_that_people_choose.py")
        down = revision
    assert project.run("head").code == 0
    result = project.run("base")
    assert result.reason == "Irreversible"
    assert "40 of the 40 steps" in result.message
    assert " more. Write what is missing" in result.message
    assert "spec.rollback.irreversible to Allow" in result.message


def test_a_forbidden_rollback_changes_nothing_and_going_up_stays_allowed(project: Project) -> None:
    project.line("001", "002", "003")
    assert project.run("002", rollback=FORBID).code == 0
    result = project.run("base", rollback=FORBID)
    assert (result.code, result.reason, result.outcome["revision"]) == (1, "RollbackForbidden", "002")
    assert "target base takes back 002, 001" in result.message
    assert "spec.rollback.policy to Allow" in result.message
    assert result.outcome["plan"] == {"direction": "Downgrade", "steps": 2}
    assert project.database.rows() == ["002"]
    for target in ("002", "head", "heads"):
        assert project.run(target, rollback=FORBID).reason == "AtTargetRevision"
    assert project.database.rows() == ["003"]


def test_a_plan_with_any_step_down_is_a_rollback(project: Project) -> None:
    project.line("001", "002")
    project.line("aaaa", "bbbb", down="001")
    assert project.run("002").code == 0
    assert project.run("aaaa").code == 0
    assert project.run("001,bbbb", rollback=FORBID).reason == "ConfigurationError"
    project.line("cccc", "dddd")
    result = project.run("aaaa-1,cccc", rollback=FORBID)
    assert result.reason == "RollbackForbidden"
    assert result.outcome["plan"]["direction"] == "Mixed"
    assert sorted(project.database.rows()) == ["002", "aaaa"]


def test_a_script_without_an_upgrade_is_found_before_anything_runs(project: Project) -> None:
    project.sync("transaction_per_migration=True")
    project.line("001", "002")
    path = project.versions / "002.py"
    path.write_text(path.read_text().replace("def upgrade", "def upgrad"))
    result = project.run("head")
    assert (result.reason, result.outcome["revision"], result.outcome["applied"]) == ("InvalidScripts", "002", 0)
    assert "002.py) has no upgrade()" in result.message


@pytest.mark.parametrize(
    ("functions", "flaw"),
    [
        ("async def upgrade():\n    op.create_table('t_002')", "has an `async def upgrade()`"),
        ("async def upgrade():\n    yield op.create_table('t_002')", "has an `async def upgrade()`"),
        ("def upgrade():\n    yield op.create_table('t_002')", "has a yield in upgrade()"),
        (
            "def upgrade(name='shop'):\n    globals()[f'upgrade_{name}']()\nasync def upgrade_shop():\n    pass",
            "has an `async def upgrade_shop()`",
        ),
    ],
)
def test_an_upgrade_of_which_a_call_runs_nothing_is_found_before_anything_runs(
    project: Project, functions: str, flaw: str
) -> None:
    project.sync("transaction_per_migration=True")
    project.line("001", "002")
    path = project.versions / "002.py"
    path.write_text(path.read_text().replace("def upgrade", "def former") + "\n" + functions)
    result = project.run("head")
    assert (result.reason, result.outcome["revision"], result.outcome["applied"]) == ("InvalidScripts", "002", 0)
    assert f"002.py) {flaw}" in result.message
    assert project.database.made() == []


def test_what_an_upgrade_calls_by_itself_may_be_asynchronous(project: Project) -> None:
    project.script("001", upgrade="pass")
    path = project.versions / "001.py"
    path.write_text(path.read_text() + "\nasync def upgrade_rows(connection):\n    pass\ndef upgrade_names():\n    yield 1\n")
    assert project.run("head").reason == "AtTargetRevision"


@pytest.mark.parametrize("rollback", [{"policy": "Perhaps"}, {"irreversible": True}, "Forbid"])
def test_a_policy_that_is_not_known_is_never_taken_for_a_permission(project: Project, rollback: Any) -> None:
    project.line("001")
    result = project.run("head", rollback=rollback)
    assert (result.reason, project.database.tables()) == ("InternalError", [])
