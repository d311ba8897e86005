"""What Alembic will write into the version table for each step, and where; found out before anything runs.

Where a revision names a parent and also an ancestor of that parent, Alembic loses count: it leaves the ancestor as a row of
its own, or fails when it wants to replace a row that is not there.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from alembic.runtime.migration import HeadMaintainer, RevisionStep

from dbmigration.reasons import INVALID_SCRIPTS
from dbmigration.refusal import Refusal

if TYPE_CHECKING:
    from alembic.script.revision import RevisionMap

    from dbmigration.planning.graph import Graph
    from dbmigration.planning.plan import Plan, Step


class _Table(HeadMaintainer):
    """Alembic's bookkeeping with no table behind it."""

    def __init__(self, rows: Collection[str]) -> None:
        super().__init__(None, rows)  # type: ignore[arg-type]

    def _insert_version(self, version: str) -> None:
        assert version not in self.heads
        self.heads.add(version)

    def _delete_version(self, version: str) -> None:
        self.heads.remove(version)

    def _update_version(self, from_: str, to_: str) -> None:
        assert to_ not in self.heads
        self.heads.remove(from_)
        self.heads.add(to_)


def check(plan: Plan, graph: Graph, revision_map: RevisionMap, version_table: str) -> None:
    before = frozenset(plan.before)
    for step in plan.steps:
        parents = graph.parents[step.revision]
        # A step between rows and all of its parents is never mistaken, and nearly every step is one.
        if len(parents) > 1 and not (before if step.is_upgrade else step.rows).issuperset(parents):
            written = _written(step, before, revision_map)
            if written is None or frozenset(written) != step.rows:
                raise wrong_rows(step, written, version_table)
        before = step.rows


def _written(step: Step, before: Collection[str], revision_map: RevisionMap) -> set[str] | None:
    table = _Table(before)
    script: Any = revision_map.get_revision(step.revision)
    try:
        table.update_to_step(RevisionStep(revision_map, script, step.is_upgrade))
    except (AssertionError, KeyError):
        return None
    return table.heads


def wrong_rows(step: Step, written: Collection[str] | None, version_table: str) -> Refusal:
    does = "would fail" if written is None else f"would leave the rows {_list(written)}"
    return Refusal(
        INVALID_SCRIPTS,
        f"Alembic {does} in {version_table} after {step.direction.lower()}() of revision {step.revision}, and right are "
        f"{_list(step.rows)}. Alembic does this where a revision names a parent and also an ancestor of that parent, in "
        f"down_revision or depends_on: remove the needless one from the script of {step.revision} and build the image again.",
        revision=step.revision,
    )


def _list(rows: Collection[str]) -> str:
    return ", ".join(sorted(rows)) or "(none)"
