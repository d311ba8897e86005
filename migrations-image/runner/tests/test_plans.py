"""Targets and plans against Alembic's own upgrade and downgrade, and against the definition, on random graphs."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from alembic.script.revision import RangeNotAncestorError, Revision, RevisionMap

from dbmigration.graph import Graph
from dbmigration.plan import Plan, plan
from dbmigration.refusal import Refusal
from dbmigration.target import resolve
from tests.graphs import Rows, downgraded, random_map, random_rows, upgraded

GRAPHS = int(os.environ.get("DBMIGRATION_TEST_GRAPHS", "600"))


def _map(*revisions: tuple[Any, ...]) -> RevisionMap:
    return RevisionMap(lambda: [Revision(*revision) for revision in revisions])


def _plan(revision_map: RevisionMap, rows: set[str], target: str) -> Plan:
    graph = Graph.of(revision_map)
    return plan(graph, rows, resolve(target, revision_map, graph), "public.alembic_version")


def _steps(made: Plan) -> list[str]:
    return [("+" if step.is_upgrade else "-") + step.revision for step in made.steps]


def _expressions(chance: random.Random, revision_map: RevisionMap) -> list[str]:
    ids = [name for name in revision_map._revision_map if isinstance(name, str) and name.startswith("rev")]
    labels = [name for name in revision_map._revision_map if isinstance(name, str) and name.startswith("label")]
    found = [chance.choice(ids), chance.choice(ids), "base", "head-1", f"{chance.choice(ids)}-1", f"{chance.choice(ids)}+1"]
    if labels:
        label = chance.choice(labels)
        found += [label, f"{label}@base", f"{label}@{chance.choice(ids)}"]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_leaves_what_alembic_leaves_with_upgrade_and_then_downgrade(seed: int) -> None:
    compared = 0
    for number in range(GRAPHS // 4):
        chance = random.Random(seed * 1_000_000 + number)
        revision_map = random_map(chance)
        rows = random_rows(chance, revision_map)
        for expression in _expressions(chance, revision_map):
            expected = _with_alembic(revision_map, rows, expression)
            try:
                made: Any = _plan(revision_map, rows, expression)
            except Refusal as refusal:
                made = refusal
            where = f"seed {seed}, graph {number}, {sorted(rows)} to {expression}: {made!r}, Alembic: {expected!r}"
            if isinstance(expected, set):
                compared += 1
                assert isinstance(made, Plan), where
                assert set(made.after) == expected, where
                assert _replayed(revision_map, rows, made) == expected, where
            elif isinstance(made, Plan):
                # `downgrade label@REV` above a fork behind the labelled revision: Alembic finds none of its followers on
                # the line, and we all of them.
                assert "Not a valid downgrade target" in str(expected), where
    assert compared > GRAPHS


def _with_alembic(revision_map: RevisionMap, rows: set[str], expression: str) -> Any:
    """What its two commands leave, or how they fail, but for two cases in which only one of them knows the state."""
    try:
        up = upgraded(revision_map, rows, expression)
    except AssertionError as error:
        # `upgrade 0001-1`: below the first revision, where there is nothing to go up to.
        if "-" not in expression:
            return error
        up = rows
    except Exception as error:
        return error
    try:
        return downgraded(revision_map, up, expression)
    except RangeNotAncestorError:
        # `downgrade T` says that T is not there when it is applied as a dependency only, and nothing continues it.
        return up
    except Exception as error:
        return error


def _replayed(revision_map: RevisionMap, rows: set[str], made: Plan) -> set[str]:
    """The rows as Alembic keeps them while it applies our steps: what the version table will really say."""
    from alembic.runtime.migration import RevisionStep

    keeper = Rows(rows)
    for step in made.steps:
        revision: Any = revision_map.get_revision(step.revision)
        keeper.update_to_step(RevisionStep(revision_map, revision, step.is_upgrade))
        assert keeper.heads == step.rows, (made, step)
    return keeper.heads


def test_a_plan_means_what_the_definition_says() -> None:
    """T is applied, nothing that continues T is, and everything else stays: 20 lines, written from that sentence."""
    for number in range(GRAPHS):
        chance = random.Random(5_000_000 + number)
        revision_map = random_map(chance)
        rows = random_rows(chance, revision_map)
        graph = Graph.of(revision_map)
        target = chance.choice(list(graph.down))

        def below(revision: str, graph: Graph = graph) -> set[str]:
            return {revision}.union(*(below(parent) for parent in graph.parents[revision]))

        applied = set().union(*(below(row) for row in rows))
        continues = {r for r in graph.down if any(target in graph.down[b] for b in below(r))}
        expected = (applied | below(target)) - continues
        made = _plan(revision_map, rows, target)
        assert set(made.after) == {r for r in expected if not any(r in graph.parents[o] for o in expected)}
        state = set(applied)
        for step in made.steps:
            parents = set(graph.parents[step.revision])
            if step.is_upgrade:
                assert parents <= state
                state.add(step.revision)
            else:
                state.remove(step.revision)
                assert not any(step.revision in graph.parents[other] for other in state)
        assert state == expected
        assert not _plan(revision_map, set(made.after), target).steps


LINE = _map(("0001", None), ("0002", "0001"), ("0003", "0002"), ("0004", "0003"))
# 0001 - a0002 - a0003 (label a) and 0001 - b0002 (label b), and a base of its own, net, that needs a0002.
FOREST = _map(
    ("0001", None),
    ("a0002", "0001", None, "a"),
    ("a0003", "a0002"),
    ("b0002", "0001", None, "b"),
    ("n0001", None, None, "net"),
    ("n0002", "n0001", "a0002"),
)
MERGE = _map(("0001", None), ("left", "0001"), ("right", "0001"), ("both", ("left", "right")), ("0005", "both"))


@pytest.mark.parametrize(
    ("revision_map", "rows", "target", "steps", "after"),
    [
        (LINE, {"0002"}, "head", ["+0003", "+0004"], {"0004"}),
        (LINE, {"0004"}, "0002", ["-0004", "-0003"], {"0002"}),
        (LINE, {"0004"}, "0004", [], {"0004"}),
        (LINE, {"0004"}, "base", ["-0004", "-0003", "-0002", "-0001"], set()),
        (LINE, set(), "base", [], set()),
        (LINE, {"0004"}, "head-2", ["-0004", "-0003"], {"0002"}),
        (LINE, {"0001"}, "head-2", ["+0002"], {"0002"}),
        (LINE, {"0001"}, "0002+1", ["+0002", "+0003"], {"0003"}),
        (LINE, set(), "base+2", ["+0001", "+0002"], {"0002"}),
        (LINE, {"0002"}, "0002-2", ["-0002", "-0001"], set()),
        (MERGE, {"0005"}, "left", ["-0005", "-both"], {"left", "right"}),
        (MERGE, {"left"}, "both", ["+right", "+both"], {"both"}),
        (MERGE, {"left", "right"}, "left", [], {"left", "right"}),
        (MERGE, {"0005"}, "0001", ["-0005", "-both", "-right", "-left"], {"0001"}),
        (FOREST, {"a0003", "b0002"}, "a0002", ["-a0003"], {"a0002", "b0002"}),
        (FOREST, {"b0002"}, "a@head", ["+a0002", "+a0003"], {"a0003", "b0002"}),
        (FOREST, {"a0003", "b0002"}, "a@0001", ["-a0003", "-a0002"], {"b0002"}),
        (FOREST, {"a0003", "b0002"}, "0001", ["-b0002", "-a0003", "-a0002"], {"0001"}),
        (FOREST, {"a0003", "b0002"}, "a", ["-a0003"], {"a0002", "b0002"}),
        (FOREST, {"a0003"}, "a@head-1", ["-a0003"], {"a0002"}),
        (FOREST, {"0001"}, "a@0001+1", ["+a0002"], {"a0002"}),
        (FOREST, set(), "net@head", ["+n0001", "+0001", "+a0002", "+n0002"], {"n0002"}),
        (FOREST, {"n0002"}, "net@base", ["-n0002", "-n0001"], {"a0002"}),
        # What depends on a revision goes before the revision does.
        (FOREST, {"n0002"}, "0001", ["-n0002", "-a0002"], {"0001", "n0001"}),
        (FOREST, {"n0002"}, "a0002", [], {"n0002"}),
        (FOREST, {"0001"}, "a0003,b0002", ["+a0002", "+a0003", "+b0002"], {"a0003", "b0002"}),
        (FOREST, {"a0003"}, "a0002, b0002", ["-a0003", "+b0002"], {"a0002", "b0002"}),
        (FOREST, {"n0001", "b0002"}, "net@base,b0002", ["-n0001"], {"b0002"}),
        (FOREST, set(), "heads", None, {"a0003", "b0002", "n0002"}),
        (FOREST, {"a0003", "b0002", "n0002"}, "heads", [], {"a0003", "b0002", "n0002"}),
    ],
)
def test_a_target_is_reached_by_these_steps(
    revision_map: RevisionMap, rows: set[str], target: str, steps: list[str] | None, after: set[str]
) -> None:
    made = _plan(revision_map, rows, target)
    if steps is not None:
        assert _steps(made) == steps
    assert set(made.after) == after


@pytest.mark.parametrize(
    ("revision_map", "rows", "target", "reason"),
    [
        (LINE, {"0009"}, "head", "DatabaseAhead"),
        (LINE, {"0004", "0009"}, "0001", "DatabaseAhead"),
        (LINE, {"0002", "0004"}, "head", "InvalidScripts"),
        (FOREST, set(), "head", "MultipleHeads"),
        (FOREST, set(), "head-1", "MultipleHeads"),
        (FOREST, set(), "0001+1", "RevisionNotFound"),
        (MERGE, {"both"}, "both-1", "RevisionNotFound"),
        (FOREST, set(), "b@a0003", "RevisionNotFound"),
        (FOREST, set(), "0001,a0003", "ConfigurationError"),
        (FOREST, set(), "a0002,n0002", "ConfigurationError"),
        (FOREST, set(), "base,a0003", "ConfigurationError"),
        (FOREST, set(), "a@base,n0002", "ConfigurationError"),
    ],
)
def test_a_target_that_cannot_be_reached_is_refused(
    revision_map: RevisionMap, rows: set[str], target: str, reason: str
) -> None:
    with pytest.raises(Refusal) as refused:
        _plan(revision_map, rows, target)
    assert refused.value.reason == reason


@pytest.mark.parametrize(("down", "up", "direction"), [("a0002", "b0002", "Mixed"), ("a0002", "a0002", "Downgrade")])
def test_a_plan_that_takes_anything_back_says_so(down: str, up: str, direction: str) -> None:
    target = down if down == up else f"{down},{up}"
    assert _plan(FOREST, {"a0003"}, target).direction == direction


def test_five_thousand_revisions_and_a_thousand_diamonds_are_planned_in_no_time() -> None:
    import time

    line = [("r0", None), *((f"r{n}", f"r{n - 1}") for n in range(1, 5000))]
    diamonds: list[tuple[Any, ...]] = [("m0", None)]
    for n in range(1, 1001):
        diamonds += [(f"a{n}", f"m{n - 1}"), (f"b{n}", f"m{n - 1}"), (f"m{n}", (f"a{n}", f"b{n}"))]
    for revision_map, steps in ((_map(*line), 5000), (_map(*diamonds), 3001)):
        revision_map.heads  # noqa: B018 - loading is Alembic's own work
        started = time.monotonic()
        assert len(_plan(revision_map, set(), "head").steps) == steps
        assert len(_plan(revision_map, set(revision_map.heads), "base").steps) == steps
        assert time.monotonic() - started < 2
