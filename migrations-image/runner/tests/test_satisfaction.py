"""By which rows a target is held, and whether other rows beside them contradict it."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest

from dbmigration.planning.graph import Graph
from dbmigration.planning.target import Target, resolve
from dbmigration.refusal import Refusal
from tests.definition import Unclear, applied_after, below, parents, rows
from tests.graphs import History, history_of, random_history, random_target, revision_map

LINE = history_of(("001", None), ("002", "001"), ("003", "002"))
# Two lines that know nothing of each other, and a third that needs a revision of the first.
LINES = history_of(
    ("a1", None, None, "billing"),
    ("a2", "a1"),
    ("b1", None, None, "search"),
    ("b2", "b1"),
    ("c1", None, "a1", "report"),
)
FORK = history_of(("001", None), ("left", "001"), ("right", "001"))


@pytest.mark.parametrize(
    ("history", "target", "at", "held", "exclusive"),
    [
        (LINE, "002", {"002"}, ("002",), True),
        (LINE, "head", {"003"}, ("003",), True),
        (LINE, "base", set(), (), True),
        (LINES, "heads", {"a2", "b2", "c1"}, ("a2", "b2", "c1"), True),
        (LINES, "base", set(), (), True),
        (LINES, "billing@head", {"a2", "b1"}, ("a2",), False),
        (LINES, "search@b1", {"a2", "b1"}, ("b1",), False),
        (LINES, "billing@base", {"b2"}, (), False),
        # Applied as what another line depends on, and therefore no row of its own.
        (LINES, "a1", {"c1", "b2"}, ("c1",), False),
        (LINES, "a2,b2,c1", {"a2", "b2", "c1"}, ("a2", "b2", "c1"), True),
        (FORK, "left", {"left", "right"}, ("left",), False),
        (FORK, "001", {"001"}, ("001",), True),
    ],
)
def test_the_rows_that_hold_a_target_and_whether_it_speaks_of_all_lines(
    history: History, target: str, at: set[str], held: tuple[str, ...], exclusive: bool
) -> None:
    resolved, graph = _resolved(history, target)
    assert (resolved.held_by(at, graph), resolved.is_exclusive(graph)) == (held, exclusive)


def test_rows_that_the_scripts_do_not_know_hold_nothing() -> None:
    resolved, graph = _resolved(LINE, "002")
    assert resolved.held_by({"elsewhere"}, graph) == ()


def _resolved(history: History, target: str) -> tuple[Target, Graph]:
    made = revision_map(history)
    graph = Graph.of(made)
    return resolve(target, made, graph), graph


def _states(history: History) -> Iterator[set[str]]:
    """All sets of revisions that can be applied."""
    for chosen in itertools.product([False, True], repeat=len(history)):
        applied = {revision for revision, is_in in zip(history, chosen) if is_in}
        if all(set(parents(history, revision)) <= applied for revision in applied):
            yield applied


@pytest.mark.parametrize("block", range(8))
def test_in_every_graph_they_are_what_the_definition_of_a_target_says(block: int) -> None:
    looked_at = 0
    for number in range(block * 100, (block + 1) * 100):
        chance = random.Random(number)
        history = random_history(chance)
        if len(history) > 8:
            continue
        states = list(_states(history))
        for target in [random_target(chance, history) for _ in range(3)]:
            try:
                resolved, graph = _resolved(history, target)
                satisfying = [state for state in states if applied_after(history, state, target) == state]
            except (Refusal, Unclear):
                continue
            looked_at += 1
            assert resolved.is_exclusive(graph) == (len(satisfying) == 1), (history, target)
            for state in satisfying:
                _holds(history, resolved, graph, state)
    assert looked_at > 50


def _holds(history: History, target: Target, graph: Graph, state: set[str]) -> None:
    """Without the rows that hold it the target would not be true; without the others it is."""
    at = rows(history, state)
    held = set(target.held_by(at, graph))
    assert set(target.revisions) <= below(history, *held)
    assert not any(below(history, row) & set(target.revisions) for row in at - held)
    if target.is_exclusive(graph):
        assert held == at


@pytest.mark.parametrize("seed", range(4))
def test_two_resources_with_a_branch_each_are_satisfied_at_once(seed: int) -> None:
    """Whoever migrates last, the rows that the other one was held by stay."""
    chance = random.Random(seed)
    lengths = chance.randrange(1, 5), chance.randrange(1, 5)
    history = history_of(
        *[(f"a{n}", f"a{n - 1}" if n else None, None, None if n else "a") for n in range(lengths[0])],
        *[(f"b{n}", f"b{n - 1}" if n else None, None, None if n else "b") for n in range(lengths[1])],
    )
    applied: set[str] = set()
    held: dict[str, tuple[str, ...]] = {}
    for _ in range(12):
        label, length = chance.choice([("a", lengths[0]), ("b", lengths[1])])
        target = chance.choice([f"{label}@head", f"{label}@{label}{chance.randrange(length)}"])
        resolved, graph = _resolved(history, target)
        applied = applied_after(history, applied, target)
        at = rows(history, applied)
        assert not resolved.is_exclusive(graph)
        held[label] = resolved.held_by(at, graph)
        assert all(set(rows_of_one) <= at for rows_of_one in held.values())
