"""A reason instead of an approval, for an emergency."""

from __future__ import annotations

from tests.project import Project
from tests.test_approvals import approval, digest_of, migrated


def test_an_override_that_was_used_in_vain_serves_the_same_plan_alone(project: Project) -> None:
    migrated(project)
    digest = digest_of(project.run("001", mode="Plan"))
    other = approval(override="the night of the outage", overridden="0" * 64)
    assert project.run("001", approval=other).reason == "ApprovalRequired"
    same = approval(override="the night of the outage", overridden=digest)
    assert project.run("001", approval=same).reason == "AtTargetRevision"


def test_an_override_runs_whatever_the_plan_is(project: Project) -> None:
    migrated(project)
    assert project.run("001", approval=approval(override="the night of the outage")).reason == "AtTargetRevision"
