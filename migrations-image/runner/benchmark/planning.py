"""What it takes to plan 5,000 revisions and 1,000 diamonds, against Alembic's own way to the same steps."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from dbmigration import bookkeeping
from dbmigration.graph import Graph
from dbmigration.plan import plan
from dbmigration.target import resolve
from tests.graphs import diamonds, line, revision_map

ROUNDS = 3
TABLE = "public.alembic_version"


def planning() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for name, history in (("5,000 revisions", line(5000)), ("1,000 diamonds", diamonds(1000))):
        made = revision_map(history)
        heads = tuple(made.heads)

        def ours(rows: tuple[str, ...], target: str, made: object = made) -> None:
            graph = Graph.of(made)  # type: ignore[arg-type]
            steps = plan(graph, rows, resolve(target, made, graph), TABLE)  # type: ignore[arg-type]
            bookkeeping.check(steps, graph, made, TABLE)  # type: ignore[arg-type]

        def up(made: object = made) -> None:
            list(made.iterate_revisions("heads", (), implicit_base=True))  # type: ignore[attr-defined]

        def down(made: object = made, heads: tuple[str, ...] = heads) -> None:
            list(made.iterate_revisions(heads, "base", select_for_downgrade=True))  # type: ignore[attr-defined]

        found[f"planning {name} up"] = _compared(up, lambda ours=ours: ours((), "heads"))  # type: ignore[misc]
        found[f"planning {name} down"] = _compared(down, lambda ours=ours, heads=heads: ours(heads, "base"))  # type: ignore[misc]
    return found


def _compared(alembic: Callable[[], None], runner: Callable[[], None]) -> dict[str, float]:
    taken: dict[str, list[float]] = {"alembic": [], "runner": []}
    for _ in range(ROUNDS):
        for name, function in (("alembic", alembic), ("runner", runner)):
            started = time.perf_counter()
            function()
            taken[name].append(time.perf_counter() - started)
    row = {name: round(statistics.median(values), 4) for name, values in taken.items()}
    return {**row, "ratio": round(row["runner"] / row["alembic"], 3)}
