"""A reason instead of an approval, for an emergency."""

from __future__ import annotations

import pytest

from tests.project import Project
from tests.test_approvals import DRIVERS, approval, digest_of, migrated


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


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_override_serves_one_migration_though_nobody_but_the_database_remembers(project: Project, driver: str) -> None:
    project.use(driver)
    migrated(project)
    by_reason = approval(override="the night of the outage")
    assert project.run("002", approval=by_reason).reason == "AtTargetRevision"
    project.run("003", approval=approval())
    project.database.execute("INSERT INTO t_003 VALUES (1)")
    asks = project.run("002", approval=by_reason)
    assert asks.reason == "ApprovalRequired"
    assert "spec.approval.override has served a migration already" in asks.message
    other = approval(override="another night")
    assert project.run("002", approval=other).reason == "AtTargetRevision"


def test_an_attempt_that_is_started_again_goes_on_by_its_override(project: Project) -> None:
    migrated(project)
    by_reason = approval(override="the night of the outage")
    project.script("002", "001", downgrade='op.execute("SELECT 1/0")')
    text = project.env_py.read_text()
    project.env_py.write_text(text.replace("connection=connection,", "connection=connection, transaction_per_migration=True,"))
    assert project.run("001", approval=by_reason, attempt=7).reason == "PartiallyApplied"
    project.script("002", "001", downgrade='op.drop_table("t_002")')
    assert project.run("001", approval=by_reason, attempt=7).reason == "AtTargetRevision"
