"""What has to go down and what has to go up, so that a target is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any, NamedTuple

from dbmigration.planning.graph import Graph
from dbmigration.planning.target import Target
from dbmigration.reasons import DATABASE_AHEAD, INVALID_SCRIPTS
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY

# In characters. The column that Alembic makes has room for 32.
_LONGEST = 1_000


class Step(NamedTuple):
    revision: str
    is_upgrade: bool
    rows: frozenset[str]
    """The rows of the version table once this step is done."""

    @property
    def direction(self) -> str:
        return "Upgrade" if self.is_upgrade else "Downgrade"


class Plan(NamedTuple):
    before: tuple[str, ...]
    after: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def direction(self) -> str:
        directions = {step.direction for step in self.steps}
        if len(directions) == 2:
            return "Mixed"
        return directions.pop() if directions else "None"

    def summary(self) -> dict[str, Any]:
        return {"direction": self.direction, "steps": len(self.steps)}


def plan(graph: Graph, rows: Collection[str], target: Target, version_table: str) -> Plan:
    """The state that `upgrade TARGET` followed by `downgrade TARGET` leaves, reached without a detour."""
    if "" in rows or len(set(rows)) < len(rows):
        raise _spoilt(rows, version_table)
    unknown = sorted(row for row in rows if row not in graph)
    padded = [row for row in unknown if "".join(row.split()) in graph]
    if padded:
        raise _padded(padded[0], version_table)
    if unknown:
        raise _ahead(rows, unknown, version_table)
    below = graph.below(rows)
    if not below.isdisjoint(rows):
        raise _overlapping(rows, sorted(below.intersection(rows)), version_table)
    current = below.union(rows)
    wanted = (current | graph.ancestors(target.revisions)) - target.undone
    down, up = graph.parents_first(current - wanted), graph.parents_first(wanted - current)
    left = set(rows)
    ordered = (*((revision, False) for revision in reversed(down)), *((revision, True) for revision in up))
    steps = tuple(take(graph, left, current, revision, is_upgrade) for revision, is_upgrade in ordered)
    return Plan(tuple(sorted(rows)), tuple(sorted(left)), steps)


def refuse_overlong(rows: Collection[str], graph: Graph, version_table: str) -> None:
    """Before it goes into a note or a message, where nobody would read it."""
    length = max((len(row) for row in rows if row not in graph), default=0)
    if length > _LONGEST:
        raise Refusal(
            INVALID_SCRIPTS,
            f"the version table {version_table} holds a row of {length} characters, which is the id of no revision: somebody "
            "has written it by hand. Find out what is really applied, let the table hold each revision that is applied once "
            f"and nothing else, and {RETRY}.",
        )


def take(graph: Graph, rows: set[str], applied: set[str], revision: str, is_upgrade: bool) -> Step:
    """One step, with which `rows` and what is `applied` change."""
    if is_upgrade:
        applied.add(revision)
        rows.difference_update(graph.parents[revision])
        rows.add(revision)
    else:
        applied.discard(revision)
        rows.discard(revision)
        rows.update(parent for parent in graph.parents[revision] if graph.is_row(parent, applied))
    return Step(revision, is_upgrade, frozenset(rows))


def _ahead(rows: Collection[str], unknown: list[str], version_table: str) -> Refusal:
    return Refusal(
        DATABASE_AHEAD,
        f"the database is at {', '.join(sorted(rows))}, and this image has no script for {', '.join(unknown)} "
        f"(version table {version_table}). Only the image that applied it can take it back: use that image or a "
        "newer one, and let the target name the older revision.",
    )


def _padded(row: str, version_table: str) -> Refusal:
    revision = "".join(row.split())
    what = "a line break" if row.splitlines() != [row] else "white space"
    of_the_type = ", as a column of type character(n) pads what is shorter" if row.rstrip(" ") == revision else ""
    return Refusal(
        INVALID_SCRIPTS,
        f"the version table {version_table} holds revision {revision} with {what} in it{of_the_type}. Alembic takes it as it "
        "stands, and would find no script for it. Let the column be as Alembic makes it, which keeps the rows: ALTER TABLE "
        f"{version_table} ALTER COLUMN version_num TYPE varchar(32) USING regexp_replace(version_num, '\\s', '', 'g'); then "
        f"{RETRY}.",
    )


def _spoilt(rows: Collection[str], version_table: str) -> Refusal:
    twice = sorted(row for row, number in Counter(rows).items() if number > 1)
    is_double = bool(twice and twice[0])
    held = f"revision {twice[0]} more than once" if is_double else "a row without a revision"
    lacks = ", and it lacks its primary key" if is_double else ""
    return Refusal(
        INVALID_SCRIPTS,
        f"the version table {version_table} holds {held}, which Alembic never writes: somebody has written it by hand"
        f"{lacks}. Let it hold each revision that is applied once and nothing else, with version_num as its "
        f"primary key, and {RETRY}.",
    )


def _overlapping(rows: Collection[str], overlapping: list[str], version_table: str) -> Refusal:
    return Refusal(
        INVALID_SCRIPTS,
        f"the version table {version_table} holds {', '.join(sorted(rows))}, although another of these builds on "
        f"{', '.join(overlapping)}: rows were written by hand, or the scripts were re-linked. Find out what is really "
        f"applied; if all of it is, delete the row {overlapping[0]} from {version_table}.",
    )
