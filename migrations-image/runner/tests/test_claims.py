"""Two resources on one version table: where both speak of the same lines, the older one has them and the later runs nothing."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.late_attempts import a_table_for_each_tenant, of_another_role
from tests.project import RESOURCE, Project, Result

LATER = {"uid": "9z8y", "created": "2026-01-11T09:00:00Z", "version": "9000"}


def _older(project: Project, target: str, **request: Any) -> Result:
    return project.run(target, name="team/older", resource=RESOURCE, **request)


def _later(project: Project, target: str, **request: Any) -> Result:
    asked = {"claimants": [RESOURCE["uid"]], **request}
    return project.run(target, name="team/later", resource=LATER, **asked)


@pytest.fixture
def line(project: Project) -> Project:
    project.line("001", "002", "003", "004")
    return project


@pytest.fixture
def branches(project: Project) -> Project:
    for label in ("billing", "shipping"):
        first = label[0] + "01"
        project.script(first, labels=(label,))
        project.script(label[0] + "02", first)
    return project


@pytest.mark.parametrize("target", ["001", "004", "head", "base"])
def test_the_later_one_runs_nothing_where_the_older_declares_something_else(project: Project, target: str) -> None:
    project.line("001", "002", "003", "004")
    assert _older(project, "002").code == 0
    claimed = _later(project, target)
    assert claimed.reason == "DatabaseClaimed"
    assert claimed.outcome["claim"] == {"uid": RESOURCE["uid"], "name": "team/older", "target": ["002"]}
    assert "team/older is older than team/later and declares 002" in claimed.message
    assert project.database.rows() == ["002"]
    assert [event for event in claimed.events if event["event"] == "step"] == []


@pytest.mark.parametrize(("name", "claims"), [("team/aaa", True), ("team/zzz", False)])
def test_of_two_that_were_made_in_one_second_the_first_by_name_has_the_lines(line: Project, name: str, claims: bool) -> None:
    """Whatever their uids are: a restore makes new ones."""
    assert line.run("002", name=name, resource=RESOURCE).code == 0
    twin = {**LATER, "created": RESOURCE["created"]}
    later = line.run("001", name="team/later", resource=twin, claimants=[RESOURCE["uid"]])
    assert line.database.rows() == (["002"] if claims else ["001"])
    assert (later.reason == "DatabaseClaimed") is claims
    assert (f"{name} is as old as team/later, before it by name, and declares 002" in later.message) is claims


def test_a_copy_of_the_database_is_nobodys(line: Project, admin: psycopg.Connection[Any]) -> None:
    """The comment came with it, and says what is declared for the original."""
    assert _older(line, "002").code == 0
    name = line.database.name
    admin.execute(f"ALTER DATABASE {name} RENAME TO {name}_original")
    try:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {name}_original OWNER {name}")
        assert _later(line, "001").reason == "AtTargetRevision"
        assert line.database.rows() == ["001"]
    finally:
        admin.execute(f"DROP DATABASE {name}_original")


def test_the_older_one_may_move(line: Project) -> None:
    assert _older(line, "002").code == 0
    assert _later(line, "002").code == 0
    assert _older(line, "004", attempt=2, claimants=[LATER["uid"]]).code == 0
    assert _later(line, "002", attempt=2).reason == "DatabaseClaimed"
    assert line.database.rows() == ["004"]


def test_both_may_declare_the_same(line: Project) -> None:
    assert _older(line, "002").code == 0
    assert _later(line, "002").reason == "AtTargetRevision"


def test_the_later_one_takes_over_when_the_older_is_gone(line: Project) -> None:
    assert _older(line, "002").code == 0
    assert _later(line, "004", claimants=[]).code == 0
    assert line.database.rows() == ["004"]


def test_an_older_one_that_declares_nothing_applied_is_heard(line: Project) -> None:
    assert _older(line, "001").code == 0
    assert _older(line, "base", attempt=2).code == 0
    claimed = _later(line, "001")
    assert claimed.reason == "DatabaseClaimed"
    assert "declares nothing of 001" in claimed.message


def test_lines_of_their_own_are_in_nobodys_way(branches: Project) -> None:
    assert _older(branches, "billing@head").code == 0
    assert _later(branches, "shipping@head").code == 0
    assert _older(branches, "billing@base", attempt=2).code == 0
    assert _later(branches, "shipping@s01", attempt=2).code == 0
    assert branches.database.rows() == ["s01"]
    assert _later(branches, "heads", attempt=3).reason == "DatabaseClaimed"
    assert _later(branches, "billing@head", attempt=4).reason == "DatabaseClaimed"


def test_what_depends_on_the_line_of_an_older_one_may_be_applied_and_not_taken_away(branches: Project) -> None:
    branches.script("s02", "s01", depends="b02")
    assert _older(branches, "billing@head").code == 0
    assert _later(branches, "shipping@head").code == 0
    assert branches.database.rows() == ["s02"]
    assert _later(branches, "billing@b01", attempt=2).reason == "DatabaseClaimed"


def test_a_member_that_takes_its_line_back_is_heard(branches: Project) -> None:
    assert _older(branches, "billing@base, shipping@s01").code == 0
    claimed = _later(branches, "billing@head")
    assert claimed.reason == "DatabaseClaimed"
    assert branches.database.rows() == ["s01"]


def test_where_the_older_one_failed_at_a_revision_that_only_its_image_has_the_later_takes_nothing_away(line: Project) -> None:
    new = line.script("005", "004", upgrade='op.execute("SELECT 1 FROM broken")')
    assert _older(line, "004").code == 0
    assert _older(line, "005", attempt=2).reason == "MigrationFailed"
    new.unlink()
    claimed = _later(line, "002")
    assert claimed.reason == "DatabaseClaimed"
    assert "declares 005 for public.alembic_version, for which this image has no script" in claimed.message
    assert line.database.rows() == ["004"]


def test_what_was_created_within_one_second_has_one_order(line: Project) -> None:
    """The version is of the moment at which an attempt is made: an order of its own for each question."""
    twin = {**RESOURCE, "uid": "1b2c"}
    assert line.run("002", name="team/older", resource={**RESOURCE, "version": "9000"}).code == 0
    claimed = line.run("004", name="team/twin", resource={**twin, "version": "8000"}, claimants=[RESOURCE["uid"]])
    assert claimed.reason == "DatabaseClaimed"


def test_eight_others_on_lines_of_their_own_do_not_make_the_claim_forgotten(project: Project) -> None:
    for number in range(9):
        project.script(f"r{number}", labels=(f"line{number}",))
    assert _older(project, "line0@head").code == 0
    for number in range(1, 9):
        made = {"uid": f"{number}", "created": "2026-01-11T08:30:00Z", "version": "1"}
        name, target = f"team/line{number}", f"line{number}@head"
        assert project.run(target, name=name, resource=made, claimants=[RESOURCE["uid"]]).code == 0
    assert _later(project, "line0@base").reason == "DatabaseClaimed"


def test_a_stale_note_beside_that_of_the_version_table_is_no_claim(line: Project) -> None:
    of_another_role(line, f"GRANT CREATE ON SCHEMA public TO {line.database.name}")
    assert _older(line, "002").code == 0
    line.database.execute(f"ALTER TABLE alembic_version OWNER TO {line.database.name}", superuser=True)
    assert _older(line, "003", attempt=2).code == 0
    assert line.run("002", resource=None).code == 0
    assert _later(line, "003").reason == "AtTargetRevision"


def test_of_several_version_tables_the_one_that_is_claimed_ends_the_run_and_the_message_says_so(line: Project) -> None:
    a_table_for_each_tenant(line)
    assert _older(line, "002", arguments={"tenants": "b"}).code == 0
    claimed = _later(line, "003", arguments={"tenants": "ab"})
    assert claimed.reason == "DatabaseClaimed"
    assert "the same lines of b.alembic_version: nothing more was run" in claimed.message
    assert "a.alembic_version was at base and is now at 003" in claimed.message
    first = _later(line, "004", attempt=2, arguments={"tenants": "ba"})
    assert "the same lines of b.alembic_version: nothing was run" in first.message
    assert line.database.query("SELECT version_num FROM a.alembic_version") == [("003",)]
    assert line.database.query("SELECT version_num FROM b.alembic_version") == [("002",)]


def test_a_check_says_whose_claim_keeps_the_database_from_its_target(line: Project) -> None:
    assert _later(line, "002", claimants=[]).code == 0
    assert _older(line, "003").code == 0
    assert _later(line, "002", attempt=2, mode="Check").reason == "DatabaseClaimed"
    assert line.database.rows() == ["003"]


DECLARATION = {
    "uid": "5t6u",
    "name": "team/restored",
    "created": RESOURCE["created"],
    "table": "public.alembic_version",
    "target": ["002"],
    "system": None,
}


def _declared(project: Project, **other: Any) -> dict[str, Any]:
    return {**DECLARATION, "database": project.database.name, **other}


def test_one_that_needed_no_attempt_declares_by_the_request(line: Project) -> None:
    assert line.run("002").code == 0
    claimed = _later(line, "004", claimants=["5t6u"], declarations=[_declared(line)])
    assert claimed.reason == "DatabaseClaimed", claimed.message
    assert "team/restored is older than team/later and declares 002" in claimed.message
    assert line.database.rows() == ["002"]


@pytest.mark.parametrize(
    "other",
    [
        {"table": "other.alembic_version"},
        {"target": ["004"]},
        {"created": "2026-01-11T10:00:00Z"},
        {"uid": "gone"},
        {"database": "another"},
        {"system": "another"},
    ],
)
def test_what_is_declared_for_something_else_stops_nobody(line: Project, other: dict[str, Any]) -> None:
    assert line.run("002").code == 0
    later = _later(line, "004", claimants=["5t6u"], declarations=[_declared(line, **other)])
    assert later.reason == "AtTargetRevision", later.message


def test_of_the_same_server_it_counts(line: Project) -> None:
    assert line.run("002").code == 0
    ((system,),) = line.database.query("SELECT system_identifier::text FROM pg_control_system()")
    later = _later(line, "004", claimants=["5t6u"], declarations=[_declared(line, system=system)])
    assert later.reason == "DatabaseClaimed", later.message


def test_what_it_has_noted_since_goes_before(line: Project) -> None:
    assert _older(line, "004").code == 0
    noted = _declared(line, uid=RESOURCE["uid"], name="team/older")
    assert _later(line, "002", declarations=[noted]).reason == "DatabaseClaimed"
    assert line.database.rows() == ["004"]


def test_another_version_table_than_the_declared_one_is_refused(line: Project) -> None:
    refused = line.run("002", versionTable="shop.alembic_version")
    assert refused.reason == "ConfigurationError"
    assert "env.py uses the version table public.alembic_version" in refused.message
    assert "spec.alembic.versionTable says shop.alembic_version" in refused.message
    assert line.database.query("SELECT 1 FROM pg_tables WHERE tablename = 't_001'") == []
    assert line.run("002", versionTable="public.alembic_version").code == 0


def test_one_that_only_plans_declares_nothing_and_is_held_up_by_nobody(line: Project) -> None:
    assert _older(line, "001").code == 0
    assert _older(line, "002", mode="Plan").reason == "Planned"
    assert _later(line, "004").code == 0
    assert _later(line, "base", mode="Plan").reason == "Planned"
    assert _older(line, "003").code == 0
    shown = _later(line, "004", mode="Plan")
    assert shown.reason == "Planned", shown.message


def test_one_that_only_plans_keeps_its_own_former_attempts_out(line: Project) -> None:
    assert _older(line, "001").code == 0
    assert _older(line, "002", mode="Plan", attempt=3).reason == "Planned"
    assert _older(line, "004", attempt=2).reason == "Superseded"
    assert line.database.rows() == ["001"]
