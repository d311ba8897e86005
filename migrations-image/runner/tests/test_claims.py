"""Two resources on one version table: where both speak of the same lines, the older one has them and the later runs nothing."""

from __future__ import annotations

from typing import Any

import pytest

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
