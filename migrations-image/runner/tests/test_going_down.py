"""Nothing is taken back that somebody else applied, unless the request is one that may go down from any rows."""

from __future__ import annotations

import random
from typing import Any

import pytest

from dbmigration.planning import descent
from dbmigration.planning.graph import Graph
from dbmigration.planning.plan import plan
from dbmigration.planning.target import Target, resolve
from dbmigration.refusal import Refusal
from tests.alembic_command import alembic
from tests.definition import Unclear, applied_after, below
from tests.graphs import random_history, random_rows, random_target, revision_map
from tests.project import Project
from tests.test_checks import DRIVERS, TENANTS

HOLDS_A_LOCK = "LOCK TABLE held IN ACCESS EXCLUSIVE MODE"
NEEDS_THE_LOCK = 'op.create_table("t_002", sa.Column("id", sa.Integer))\nop.execute("INSERT INTO held VALUES (1)")'


def _line(project: Project) -> None:
    project.line("001", "002", "003", "004")


def _write_into(project: Project, table: str) -> None:
    project.database.execute(f"INSERT INTO {table} VALUES (7)")


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_repetition_after_a_lock_timeout_takes_back_nothing_that_came_in_the_pause(project: Project, driver: str) -> None:
    project.use(driver)
    _line(project)
    project.script("002", "001", upgrade=NEEDS_THE_LOCK)
    project.database.execute("CREATE TABLE held (id int)")
    assert project.run("001").code == 0
    with project.database.connect() as holder:
        holder.execute(f"BEGIN; {HOLDS_A_LOCK}")
        failed = project.run("002", timeouts={"lock": 300})
    assert (failed.reason, failed.outcome["left"]) == ("LockTimeout", ["001"])
    assert alembic(project, "upgrade", "003") == 0
    _write_into(project, "t_003")

    repeated = project.run("002", downFrom=failed.outcome["left"])

    assert (repeated.code, repeated.reason, repeated.outcome["after"]) == (1, "RevisionDrifted", ["003"])
    assert "alembic_version has 003, and this resource left its database at 001" in repeated.message
    assert "to go to '002' from there would take 1 revision back that somebody else applied (003)" in repeated.message
    assert "nothing was run" in repeated.message
    assert "dbmigrations.io/retry and a new value" in repeated.message
    assert repeated.outcome["left"] == ["001"], "what was found is not what was left"
    assert [event for event in repeated.events if event["event"] == "step"] == []
    assert project.database.query("SELECT id FROM t_003") == [(7,)]
    # A person asks for it.
    assert project.run("002").outcome["after"] == ["002"]


def test_it_goes_down_from_the_rows_that_it_left(project: Project) -> None:
    _line(project)
    assert project.run("003").code == 0
    result = project.run("001", downFrom=["003"])
    assert (result.reason, result.outcome["after"]) == ("AtTargetRevision", ["001"])


def test_it_goes_down_from_where_it_was_lost_on_its_way(project: Project) -> None:
    _line(project)
    assert project.run("004").code == 0
    # An attempt that was killed after its first step had no last word.
    assert project.run("003", downFrom=["004"]).code == 0
    assert project.run("001", downFrom=["004"]).outcome["after"] == ["001"]


def test_it_goes_up_from_any_rows(project: Project) -> None:
    _line(project)
    assert alembic(project, "upgrade", "002") == 0
    for down_from in ([], ["001"], ["004"]):
        assert project.run("003", downFrom=down_from).reason == "AtTargetRevision"
    assert project.run("head", downFrom=[]).outcome["after"] == ["004"]


def test_from_base_it_takes_nothing_back(project: Project) -> None:
    _line(project)
    assert alembic(project, "upgrade", "003") == 0
    result = project.run("base", downFrom=[])
    assert (result.reason, result.outcome["after"]) == ("RevisionDrifted", ["003"])
    # As well where a status was lost, or an older one put back: of whom they are is not said.
    assert "this resource left its database at base, or its status does not say where" in result.message
    assert "would take 3 revisions back that it is not known to have applied (003, 002, 001)" in result.message


def test_what_somebody_else_applied_is_named_before_what_policies_say_of_it(project: Project) -> None:
    _line(project)
    assert project.run("003").code == 0
    assert project.run("002", downFrom=["002"], rollback={"policy": "Forbid"}).reason == "RevisionDrifted"
    assert project.run("002", downFrom=["003"], rollback={"policy": "Forbid"}).reason == "RollbackForbidden"


def test_a_check_finds_what_it_finds_whatever_may_go_down(project: Project) -> None:
    _line(project)
    assert project.run("003").code == 0
    result = project.run("002", mode="Check", downFrom=["001"])
    assert result.reason == "RevisionDrifted"
    assert "This Job only looks, so nothing was run" in result.message
    assert "dbmigrations.io/retry" in result.message
    assert project.run("003", mode="Check", downFrom=[]).reason == "AtTargetRevision"


def _two_lines(project: Project) -> None:
    for label in ("a", "b"):
        project.script(f"{label}1", labels=(label,))
        project.script(f"{label}2", f"{label}1")
        project.script(f"{label}3", f"{label}2")


def test_what_others_did_to_lines_that_stay_is_nobodys_concern(project: Project) -> None:
    _two_lines(project)
    assert project.run("b2").code == 0
    assert alembic(project, "upgrade", "a2") == 0
    result = project.run("b@base", downFrom=["b2"])
    assert (result.reason, result.outcome["after"]) == ("AtTargetRevision", ["a2"])


def test_what_others_did_to_the_line_that_would_go_down_is_kept(project: Project) -> None:
    _two_lines(project)
    assert project.run("a1,b2").code == 0
    assert alembic(project, "upgrade", "b3") == 0
    result = project.run("b1", downFrom=["a1", "b2"])
    assert (result.reason, result.outcome["after"]) == ("RevisionDrifted", ["a1", "b3"])
    assert "would take 1 revision back that somebody else applied (b3)" in result.message


def test_each_of_several_version_tables_is_compared(project: Project) -> None:
    project.sync()
    project.database.execute("CREATE SCHEMA a; CREATE SCHEMA b")
    project.env_py.write_text(TENANTS)
    _line(project)
    assert project.run("003").code == 0
    project.database.execute("UPDATE b.alembic_version SET version_num = '004'")
    result = project.run("002", downFrom=["003"])
    assert result.reason == "RevisionDrifted"
    assert "b.alembic_version has 004" in result.message
    assert "nothing more was run" in result.message
    # What the first of them was left at is the run's own doing.
    assert result.outcome["left"] == ["002", "003"]
    assert project.database.query("SELECT version_num FROM b.alembic_version") == [("004",)]


@pytest.mark.parametrize("options", ["", "transaction_per_migration=True"])
def test_a_run_that_fails_says_what_it_left(project: Project, options: str) -> None:
    project.sync(options)
    _line(project)
    project.script("002", "001", downgrade='op.execute("SELECT 1 FROM broken")')
    assert project.run("004").code == 0
    failed = project.run("001")
    left = ["002"] if options else ["004"]
    assert (failed.outcome["after"], failed.outcome["left"]) == (left, left)
    again = project.run("001", downFrom=left)
    assert (again.outcome["after"], again.outcome["left"]) == (["002"] if options else ["004"], left)


def test_a_run_that_is_refused_leaves_what_it_found_and_one_that_found_nothing_says_nothing(project: Project) -> None:
    _line(project)
    assert project.run("003").code == 0
    assert project.run("002", rollback={"policy": "Forbid"}).outcome["left"] == ["003"]
    assert project.run("002", rollback={"policy": "Forbid"}, downFrom=["003", "x"]).outcome["left"] == ["003", "x"]
    assert project.run("nosuch").outcome["left"] is None


def test_a_run_beside_which_somebody_else_migrated_does_not_take_their_rows_for_its_own(project: Project) -> None:
    _line(project)
    assert project.run("001").code == 0
    # As if another one had committed meanwhile.
    project.script(
        "002",
        "001",
        upgrade=f"""
import os, psycopg
with psycopg.connect({project.database.url("psycopg").replace("+psycopg", "")!r}, autocommit=True) as other:
    other.execute("UPDATE alembic_version SET version_num = '003'")
raise RuntimeError("no")
""",
    )
    failed = project.run("002")
    assert (failed.reason, failed.outcome["after"], failed.outcome["left"]) == ("DatabaseBusy", ["003"], ["001"])


# Without a database.

CHAIN: Any = {"001": (), "002": ("001",), "003": ("002",)}


def _refused(rows: set[str], down_from: tuple[str, ...] | None, run_before: bool = False) -> str:
    graph = Graph(CHAIN, {})
    made = plan(graph, rows, Target(("001",), frozenset({"002", "003"})), "t")
    with pytest.raises(Refusal) as refused:
        descent.refuse(made, graph, down_from, "001", "t", run_before)
    assert refused.value.reason == "RevisionDrifted"
    return refused.value.message


def test_what_the_image_no_longer_has_is_not_laid_at_somebody_elses_door() -> None:
    message = _refused({"003"}, ("004",))
    assert "somebody else applied" not in message
    assert "this image has no script for 004" in message
    assert "2 revisions back (003, 002)" in message


def test_many_are_counted_and_some_are_named() -> None:
    graph_of_many: Any = {f"{n:03d}": (f"{n - 1:03d}",) if n else () for n in range(40)}
    graph = Graph(graph_of_many, {})
    target = Target(("000",), frozenset(graph_of_many) - {"000"})
    with pytest.raises(
        Refusal, match=r"take 39 revisions back that somebody else applied \(039, 038, 037, 036, 035, 034 and 33 more\)"
    ):
        descent.refuse(plan(graph, {"039"}, target, "t"), graph, ("000",), "000", "t", False)


@pytest.mark.parametrize("block", range(4))
def test_in_every_graph_what_was_not_applied_stays_and_what_was_left_may_go(block: int) -> None:
    refused = allowed = 0
    for number in range(block * 1000, (block + 1) * 1000):
        chance = random.Random(number)
        history = random_history(chance)
        made = revision_map(history)
        graph = Graph.of(made)
        left, found = random_rows(chance, history), random_rows(chance, history)
        target = random_target(chance, history)
        try:
            resolved = resolve(target, made, graph)
            gone = below(history, *found) - applied_after(history, below(history, *found), target)
        except (Refusal, Unclear):
            continue
        if gone <= below(history, *left):
            descent.refuse(plan(graph, found, resolved, "t"), graph, tuple(left), target, "t", False)
            allowed += bool(gone)
        else:
            with pytest.raises(Refusal, match=f"take {len(gone - below(history, *left))} revision"):
                descent.refuse(plan(graph, found, resolved, "t"), graph, tuple(left), target, "t", False)
            refused += 1
        # Wherever on its way a run was killed, the next one may go on.
        for step in plan(graph, left, resolved, "t").steps:
            descent.refuse(plan(graph, step.rows, resolved, "t"), graph, tuple(left), target, "t", False)
    assert min(refused, allowed) > 20
