"""Several version tables, and nothing but the plan is asked for: what is told is true of all of them."""

from __future__ import annotations

import pytest

from tests.project import Project, Result
from tests.test_approvals import DRIVERS, approval, digest_of
from tests.test_approvals_of_several import lossy, rows
from tests.test_history import TENANTS
from tests.test_shown_plans import shown


def test_each_of_them_is_looked_at_and_told(project: Project) -> None:
    lossy(project)
    planned = project.run("001", mode="Plan", approval=approval())
    assert (planned.code, planned.reason) == (1, "Planned")
    plan = planned.outcome["plan"]
    assert (plan["direction"], plan["steps"], plan["lossy"]) == ("Downgrade", 2, True)
    assert plan["deletes"] == ["one.alembic_version: table t_002 (1 row)", "two.alembic_version: table t_002 (2 rows)"]
    assert (
        "would take one.alembic_version from 002 down to 001 in a step and would delete table t_002 (1 row)" in planned.message
    )
    assert (
        "would take two.alembic_version from 002 down to 001 in a step and would delete table t_002 (2 rows)" in planned.message
    )
    assert "Nothing was run, because only the plan was asked for." in planned.message
    assert planned.outcome["versionTables"]["names"] == ["one.alembic_version", "two.alembic_version"]
    assert [(step["plan"], step["step"], step["of"], step["description"]) for step in shown(planned)] == [
        (plan["digest"], 1, 2, "one.alembic_version: 002"),
        (plan["digest"], 2, 2, "two.alembic_version: 002"),
    ]
    assert rows(project) == (["002"], ["002"])
    # Each by the name by which it is asked about.
    first = project.run("001", approval=approval())
    second = project.run("001", approval=approval(digest_of(first)))
    assert digest_of(first) == plan["digest"]
    assert f"plan {digest_of(first)[:12]} would take one.".lower() in planned.message.lower()
    assert f"plan {digest_of(second)[:12]} would take two." in planned.message


def test_a_later_one_that_loses_is_no_lesser_plan(project: Project) -> None:
    lossy(project)
    project.database.execute("DELETE FROM one.t_002")
    planned = project.run("001", mode="Plan", approval=approval())
    assert planned.outcome["plan"]["lossy"] is True
    assert planned.outcome["plan"]["deletes"] == ["two.alembic_version: table t_002 (2 rows)"]
    assert planned.outcome["plan"]["digest"] == digest_of(project.run("001", approval=approval()))
    # What loses something comes first.
    assert planned.message.index("two.alembic_version") < planned.message.index("one.alembic_version")
    assert "one.alembic_version from 002 down to 001 in a step and would delete nothing" in planned.message


def test_where_the_first_one_is_there_the_next_is_told_alone(project: Project) -> None:
    lossy(project)
    first = project.run("001", approval=approval())
    assert project.run("001", approval=approval(digest_of(first))).reason == "ApprovalRequired"
    planned = project.run("001", mode="Plan", approval=approval())
    assert (planned.outcome["plan"]["steps"], planned.outcome["plan"]["deletes"]) == (1, ["table t_002 (2 rows)"])
    assert "one.alembic_version" not in planned.message
    assert [step["description"] for step in shown(planned)] == ["002"]


@pytest.mark.parametrize("driver", DRIVERS)
def test_nothing_is_made_where_there_is_nothing(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001", "002")
    text = project.env_py.read_text()
    configured = "context.configure(connection=connection, target_metadata=None)"
    assert configured in text
    looped = text.replace(configured, "context.configure(connection=connection, version_table='v_' + tenant)")
    last = next(line for line in reversed(text.splitlines()) if line.strip())
    project.env_py.write_text(looped.replace(f"\n{last}", f'\nfor tenant in ("a", "b", "c"):\n    {last}'))
    planned = project.run("head", mode="Plan")
    assert (planned.reason, planned.outcome["plan"]["steps"]) == ("Planned", 6)
    assert [f"public.v_{tenant} from base up to 002 in 2 steps" in planned.message for tenant in "abc"] == [True] * 3
    assert project.database.tables() == []


def test_one_of_many_is_told_by_number_behind_those_that_lose(project: Project) -> None:
    project.env_py.write_text(TENANTS.replace('("one", "two")', '[f"tenant_{n:02}" for n in range(12)]'))
    project.line("001", "002")
    assert project.run("head", timeout=120).code == 0
    project.database.execute("INSERT INTO tenant_07.t_002 VALUES (1); INSERT INTO tenant_09.t_002 VALUES (1)")
    planned = project.run("001", mode="Plan", approval=approval(), timeout=120)
    assert planned.reason == "Planned"
    assert [name in planned.message for name in ("tenant_07.", "tenant_09.", "tenant_00.")] == [True] * 3
    assert "more version tables, which would delete nothing" in planned.message
    assert planned.message.endswith("The version table says what it said before: 002.")
    assert planned.outcome["plan"]["steps"] == len(shown(planned)) == 12


def test_what_is_refused_at_one_of_them_is_refused(project: Project) -> None:
    lossy(project)
    project.database.execute("UPDATE two.alembic_version SET version_num = 'zz9'")
    planned = project.run("001", mode="Plan", approval=approval())
    assert planned.reason == "DatabaseAhead"
    assert "zz9" in planned.message


@pytest.mark.parametrize("ending", ['raise RuntimeError("no t_002 yet")', 'raise SystemExit("no t_002 yet")'])
def test_an_env_py_that_needs_what_is_not_run_ends_what_can_be_looked_at(project: Project, ending: str) -> None:
    project.env_py.write_text(f"{TENANTS}        {ending}\n")
    project.line("001")
    planned = project.run("head", mode="Plan")
    assert planned.reason == "Planned"
    assert "would take one.alembic_version from base up to 001" in planned.message
    assert "Then env.py failed, which may come of that, so further version tables, if there are any, were not looked at: " in (
        planned.message
    )
    assert "no t_002 yet" in planned.message


def test_behind_one_version_table_nothing_of_env_py_is_run(project: Project) -> None:
    project.env_py.write_text(project.env_py.read_text() + '\nraise RuntimeError("behind it")\n')
    project.line("001")
    planned = project.run("head", mode="Plan")
    assert (planned.reason, _told(planned)) == ("Planned", False)


def _told(result: Result) -> bool:
    return "behind it" in result.message + result.stderr


def test_a_failure_on_the_way_to_the_next_one_is_one(project: Project) -> None:
    project.line("001")
    url = 'os.environ["DATABASE_URL"]'
    text = TENANTS.replace("    with engine", f'    engine = create_engine({url} + "_no" * (tenant == "two"))\n    with engine')
    project.env_py.write_text(text)
    planned = project.run("head", mode="Plan")
    assert planned.reason in ("DatabaseMissing", "DatabaseMismatch")
    assert "_no" in planned.message
