"""Planning looks at each revision and each edge a few times, however many there are. How long it takes is a benchmark's."""

from __future__ import annotations

from typing import Any

import pytest

from dbmigration.planning import bookkeeping
from dbmigration.planning.graph import Graph
from dbmigration.planning.plan import plan
from dbmigration.planning.target import resolve
from tests.graphs import History, Node, diamonds, line, revision_map

# Closures of the rows, of the target and of what is undone, the order of the steps, and the rows of each.
LOOKS_AT_EACH = 12


class Counted(dict[str, Any]):
    looks = 0

    def __getitem__(self, key: str) -> Any:
        Counted.looks += 1
        return super().__getitem__(key)


def ladder(length: int) -> History:
    """Two lines, each of whose revisions needs one of the other: every step has two parents, and one of them is no row."""
    history = {"a0000": Node(), "b0000": Node()}
    for n in range(1, length):
        history[f"a{n:04}"] = Node((f"a{n - 1:04}",), (f"b{n - 1:04}",))
        history[f"b{n:04}"] = Node((f"b{n - 1:04}",), (f"a{n - 1:04}",))
    return history


@pytest.mark.parametrize(
    "history", [line(5000), diamonds(1000), ladder(400)], ids=["5,000 revisions", "1,000 diamonds", "two lines entwined"]
)
@pytest.mark.parametrize("upwards", [True, False])
def test_planning_takes_time_in_proportion_to_the_graph(history: History, upwards: bool) -> None:
    made = revision_map(history)
    rows = () if upwards else tuple(made._real_heads)
    graph = Graph.of(made)
    graph.down, graph.parents = Counted(graph.down), Counted(graph.parents)
    graph._up, graph._children = Counted(graph._up), Counted(graph._children)
    Counted.looks = 0
    steps = plan(graph, rows, resolve("heads" if upwards else "base", made, graph), "public.alembic_version")
    bookkeeping.check(steps, graph, made, "public.alembic_version")
    assert len(steps.steps) == len(history)
    edges = sum(len(node.down) + len(node.needs) for node in history.values())
    assert Counted.looks <= LOOKS_AT_EACH * (len(history) + edges)
