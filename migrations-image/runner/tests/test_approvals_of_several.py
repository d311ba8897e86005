"""Several version tables of one run: what is approved is the plan of one of them."""

from __future__ import annotations

import pytest

from tests.project import Project
from tests.test_approvals import DRIVERS, approval, digest_of
from tests.test_history import TENANTS
from tests.test_shown_plans import shown


def rows(project: Project) -> tuple[list[str], list[str]]:
    one, two = (project.database.query(f"SELECT version_num FROM {tenant}.alembic_version") for tenant in ("one", "two"))
    return [row[0] for row in one], [row[0] for row in two]


def lossy(project: Project) -> Project:
    project.env_py.write_text(TENANTS)
    project.line("001", "002")
    assert project.run("head").code == 0
    project.database.execute("INSERT INTO one.t_002 VALUES (1); INSERT INTO two.t_002 VALUES (1), (2)")
    return project


@pytest.mark.parametrize("driver", DRIVERS[:3])
def test_who_approves_the_plan_of_one_runs_nothing_of_another(project: Project, driver: str) -> None:
    project.use(driver)
    lossy(project)
    first = project.run("001", approval=approval())
    assert first.outcome["plan"]["deletes"] == ["table t_002 (1 row)"]
    assert "takes one.alembic_version from 002 down to 001" in first.message
    one = digest_of(first)
    second = project.run("001", approval=approval(one))
    assert second.outcome["plan"]["deletes"] == ["table t_002 (2 rows)"]
    # The operator waits for so many steps in the log.
    assert (second.outcome["plan"]["steps"], len(shown(second))) == (1, 1)
    assert "takes two.alembic_version from 002 down to 001" in second.message
    assert "Nothing more was run." in second.message
    assert rows(project) == (["001"], ["002"])
    assert project.database.query("SELECT count(*) FROM two.t_002") == [(2,)]
    two = digest_of(second)
    assert two != one
    # Once more without the right one, whatever else was approved before.
    assert project.run("001", approval=approval(one)).reason == "ApprovalRequired"
    assert rows(project) == (["001"], ["002"])
    assert project.run("001", approval=approval(two)).reason == "AtTargetRevision"
    assert rows(project) == (["001"], ["001"])


def test_who_approves_the_plan_of_a_later_one_first_runs_nothing(project: Project) -> None:
    lossy(project)
    one = digest_of(project.run("001", approval=approval()))
    two = digest_of(project.run("001", approval=approval(one)))
    assert project.run("002").reason == "AtTargetRevision"
    project.database.execute("INSERT INTO one.t_002 VALUES (1)")
    # That of `two` has not changed, and stands behind that of `one`, which has.
    again = project.run("001", approval=approval(two))
    assert digest_of(again) not in (one, two)
    assert rows(project) == (["002"], ["002"])
    done = project.run("001", approval=approval(digest_of(again), two))
    assert (done.reason, rows(project)) == ("AtTargetRevision", (["001"], ["001"]))


def test_an_override_is_good_for_the_plan_that_it_was_used_for(project: Project) -> None:
    lossy(project)
    one = digest_of(project.run("001", approval=approval()))
    used = project.run("001", approval=approval(override="at night", overridden=one))
    assert used.reason == "ApprovalRequired"
    assert rows(project) == (["001"], ["002"])
