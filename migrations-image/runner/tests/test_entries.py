"""What a history says of an instant is believed only where it follows from what is there now."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from dbmigration.planning import entries, instants
from dbmigration.planning.entries import Entry
from dbmigration.planning.graph import Graph
from dbmigration.planning.plan import plan
from dbmigration.planning.target import Target
from tests.graphs import random_history, revision_map

BEGINNING = datetime(2026, 1, 11, tzinfo=timezone.utc)


def kept(graph: Graph, states: list[tuple[str, ...]]) -> list[Entry]:
    """As they are written by one run after the other, each in a transaction of its own, one step each minute."""
    found: list[Entry] = []
    rows: tuple[str, ...] = ()
    for run, state in enumerate(states):
        applied = graph.ancestors(state)
        undone = frozenset(revision for revision in graph.down if revision not in applied)
        for step in plan(graph, rows, Target(state, undone), "t").steps:
            number = len(found) + 1
            moment = BEGINNING + timedelta(minutes=number)
            after = tuple(sorted(step.rows))
            found.append(Entry(number, moment, 100 + run, step.revision, step.direction, rows, after))
            rows = after
    return found


def walked(seed: int) -> tuple[random.Random, Graph, list[Entry]]:
    chance = random.Random(seed)
    graph = Graph.of(revision_map(random_history(chance)))
    states = [
        tuple(sorted(graph.maximal(graph.ancestors(chance.sample(sorted(graph.down), chance.randrange(3)))))) for _ in range(5)
    ]
    return chance, graph, kept(graph, states)


@pytest.mark.parametrize("seed", range(200))
def test_what_migrations_write_is_believed_at_each_instant(seed: int) -> None:
    _, graph, found = walked(seed)
    rows = found[-1].after if found else ()
    assert rows is not None
    for moment in (BEGINNING + timedelta(seconds=30 * half) for half in range(2 * len(found) + 3)):
        at = entries.index_at(found, moment)
        committed = [
            n for n, entry in enumerate(found) if all(_at(o) <= moment for o in found if o.transaction == entry.transaction)
        ]
        assert at == (committed[-1] if committed else -1)
        if at >= 0:
            assert entries.flaw(found, at, rows, graph) is None


def _at(entry: Entry) -> datetime:
    assert entry.at is not None
    return entry.at


@pytest.mark.parametrize("seed", range(200))
def test_no_entry_that_was_changed_makes_another_answer(seed: int) -> None:
    chance, graph, found = walked(seed)
    for number, changed in _changed(chance, graph, found):
        altered = [*found[:number], changed, *found[number + 1 :]]
        for moment in (BEGINNING + timedelta(seconds=30 * half) for half in range(2 * len(found) + 3)):
            true, at = entries.index_at(found, moment), entries.index_at(altered, moment)
            rows = found[-1].after or ()
            if at >= 0 and entries.flaw(altered, at, rows, graph) is None:
                assert true >= 0
                assert set(altered[at].after or ()) == set(found[true].after or ())


def _changed(chance: random.Random, graph: Graph, found: list[Entry]) -> Iterator[tuple[int, Entry]]:
    """One value each of what says where the database was. When it was there nobody can tell who was not there."""
    for number, entry in enumerate(found):
        for other in (None, tuple(chance.sample(sorted(graph.down), chance.randrange(min(3, len(graph)))))):
            yield number, entry._replace(before=other)
            yield number, entry._replace(after=other)
        yield number, entry._replace(revision=chance.choice(sorted(graph.down)))
        yield number, entry._replace(direction="Downgrade" if entry.direction == "Upgrade" else "Upgrade")
        yield number, entry._replace(at=None)


LINE = Graph({"001": (), "002": ("001",), "003": ("002",)}, {})


@pytest.mark.parametrize(
    ("revision", "direction", "before", "after", "is_right"),
    [
        ("900", "Upgrade", ("003",), ("900",), True),
        ("900", "Downgrade", ("900",), ("003",), True),
        ("900", "Upgrade", ("003",), ("003",), False),
        ("900", "Upgrade", ("900",), ("900",), False),
        ("900", "Downgrade", ("003",), (), False),
        ("900", "Downgrade", ("900",), ("900",), False),
        ("003", "Upgrade", ("900",), ("900", "003"), True),
        ("003", "Upgrade", ("001",), ("003",), False),
        ("001", "Upgrade", ("001",), ("001",), False),
        ("002", "Downgrade", ("003",), ("001",), False),
    ],
)
def test_of_what_another_image_ran_as_much_is_checked_as_can_be(
    revision: str, direction: str, before: Any, after: Any, is_right: bool
) -> None:
    entry = Entry(1, BEGINNING, 1, revision, direction, before, after)
    assert (entries.flaw([entry], 0, after, LINE) is None) is is_right


def test_further_back_than_is_read_nothing_is_known() -> None:
    (last,) = kept(LINE, [("001",)])
    known = instants.Known(BEGINNING + timedelta(days=1), [last], is_whole=False)
    with pytest.raises(Exception, match="has more than 1 entries since"):
        instants.resolve("@2026-01-11T00:00:30Z", known, ("001",), LINE, "t")
