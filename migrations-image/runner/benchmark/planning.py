"""What it takes to plan 5,000 revisions and 1,000 diamonds, against Alembic's own way to the same steps."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

from alembic.runtime.migration import RevisionStep
from alembic.script.revision import RevisionMap

from dbmigration.planning import bookkeeping
from dbmigration.planning.graph import Graph
from dbmigration.planning.plan import plan
from dbmigration.planning.target import resolve
from tests.graphs import diamonds, line, revision_map

Planner = Callable[[RevisionMap], None]
ROUNDS = 3
TABLE = "public.alembic_version"


def planning() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for name, history in (("5,000 revisions", line(5000)), ("1,000 diamonds", diamonds(1000))):
        made = revision_map(history)
        found[f"planning {name} up"] = _compared(made, _alembic_up, _runner_up)
        found[f"planning {name} down"] = _compared(made, _alembic_down, _runner_down)
    return found


def _alembic_up(made: RevisionMap) -> None:
    _steps(made, made.iterate_revisions("heads", (), implicit_base=True), True)


def _alembic_down(made: RevisionMap) -> None:
    _steps(made, made.iterate_revisions(tuple(made.heads), "base", select_for_downgrade=True), False)


def _runner_up(made: RevisionMap) -> None:
    _plan(made, (), "heads")


def _runner_down(made: RevisionMap) -> None:
    _plan(made, tuple(made.heads), "base")


def _steps(made: RevisionMap, revisions: Iterable[Any], is_upgrade: bool) -> list[RevisionStep]:
    """As the command makes them, before it runs the first."""
    return [RevisionStep(made, revision, is_upgrade) for revision in revisions]


def _plan(made: RevisionMap, rows: tuple[str, ...], target: str) -> None:
    """All that the runner does between the loaded scripts and its first step."""
    graph = Graph.of(made)
    steps = plan(graph, rows, resolve(target, made, graph), TABLE)
    bookkeeping.check(steps, graph, made, TABLE)


def _compared(
    made: RevisionMap, alembic: Callable[[RevisionMap], None], runner: Callable[[RevisionMap], None]
) -> dict[str, float]:
    taken: dict[str, list[float]] = {"alembic": [], "runner": []}
    for _ in range(ROUNDS):
        for name, function in (("alembic", alembic), ("runner", runner)):
            started = time.process_time()
            function(made)
            taken[name].append(time.process_time() - started)
    row = {name: round(statistics.median(values), 4) for name, values in taken.items()}
    return {**row, "ratio": round(row["runner"] / row["alembic"], 3)}
