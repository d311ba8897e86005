"""A target that is an instant: the revisions at which the database was then, as its history tells."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from dbmigration.planning.graph import Graph
from dbmigration.planning.target import Target
from dbmigration.reasons import CONFIGURATION_ERROR, REVISION_NOT_FOUND, VERSION_TABLES_DIFFER
from dbmigration.refusal import Refusal

MARK = "@"
_FORM = re.compile(r"@(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII)
_INSTEAD = "Name a revision"
_MOST_NAMES = 6


@dataclass(frozen=True)
class Known:
    """What the history of a version table says of an instant."""

    now: str
    """By the clock of the server."""
    is_future: bool = False
    heads: tuple[str, ...] | None = None
    """The rows that the table had; None before the first entry."""
    since: str | None = None
    """The entry that says so."""
    until: str | None = None
    """The next one, if there is one."""
    is_continuous: bool = True
    """The next one, if there is one, found what the one before it left."""
    earliest: str | None = None
    """From when on it knows something, where it knows nothing of this instant."""

    def beginning(self, earliest: str | None) -> Known:
        return replace(self, earliest=earliest)


def is_instant(target: str) -> bool:
    return target.startswith(MARK)


def read(target: str) -> datetime:
    """In UTC."""
    found = _FORM.fullmatch(target)
    try:
        if found is None:
            raise ValueError
        moment, fraction, sign, hours, minutes = found.groups()
        zone = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
        micros = int((fraction or "").ljust(6, "0")[:6])
        return datetime.fromisoformat(moment).replace(microsecond=micros, tzinfo=timezone.utc) - zone
    except (ValueError, OverflowError):
        raise Refusal(
            REVISION_NOT_FOUND,
            f"the target {target!r} begins with {MARK}, and is no instant. Write date, time and zone, as in "
            "@2026-01-11T10:00:00Z; or a branch label before the @, as in billing@head.",
        ) from None


def unknown(target: str, why: str) -> Refusal:
    """Where there is no history to be asked."""
    return Refusal(
        CONFIGURATION_ERROR, f"where the database was at the instant of the target {target!r} is not known: {why} {_INSTEAD}."
    )


def resolve(target: str, known: Known, graph: Graph, version_table: str) -> Target:
    """Raises where the history does not tell, or tells of what the image does not have."""
    if known.is_future:
        raise Refusal(
            CONFIGURATION_ERROR,
            f"the target {target!r} lies in the future: the database's clock says {known.now}. Name an instant that has been, "
            "or a revision.",
        )
    if known.heads is None:
        if known.earliest is None:
            raise unknown(target, f"the history has no entry of {version_table}.")
        raise unknown(
            target, f"the history of {version_table} begins with {known.earliest}, the earliest instant that can be named."
        )
    missing = [head for head in known.heads if head not in graph]
    if missing:
        raise Refusal(
            REVISION_NOT_FOUND,
            f"at the instant of the target {target!r} {version_table} was at {_listed(known.heads)}, as the entry of "
            f"{known.since} in its history says, and this image has no script for {_listed(missing)}. Use an image that "
            f"contains it; or, if somebody has changed the history by hand, name a revision.",
        )
    applied = graph.ancestors(known.heads)
    undone = frozenset(revision for revision in graph.down if revision not in applied)
    roots = (revision for revision in undone if undone.isdisjoint(graph.parents[revision]))
    return Target(tuple(sorted(graph.maximal(applied))), undone, tuple(sorted(roots)))


def told(target: str, known: Known, resolved: Target, rows: Collection[str]) -> list[str]:
    """What whoever asked for it should know. `rows` are those that are there now."""
    warnings = [
        f"at {target[1:]} the database was at {_listed(resolved.revisions)}: the schema is taken there, and the data is not "
        "restored. What was written or deleted since stays so."
    ]
    moved = not known.is_continuous if known.until else set(rows) != set(known.heads or ())
    if moved:
        when = f"between {known.since} and {known.until}" if known.until else f"since {known.since}"
        warnings.append(
            f"{when} somebody else migrated, of which the history has no entry: the database may have been elsewhere at "
            f"{target[1:]} than it tells."
        )
    return warnings


def refuse_another(target: str, resolved: Target, before: Target, version_table: str, run_before: bool) -> None:
    """Raises where another version table of the same run was elsewhere at that instant."""
    if resolved.revisions != before.revisions:
        raise Refusal(
            VERSION_TABLES_DIFFER,
            f"at the instant of the target {target!r} {version_table} was at {_listed(resolved.revisions)}, and the version "
            f"tables before it at {_listed(before.revisions)}. Nothing {'more ' * run_before}was run. Name a revision that all "
            "of them shall be at, or let a resource of its own migrate each version table.",
        )


def _listed(revisions: Collection[str]) -> str:
    some = sorted(revisions)
    if not some:
        return "base"
    return ", ".join(some[:_MOST_NAMES]) + (f" and {len(some) - _MOST_NAMES} more" if len(some) > _MOST_NAMES else "")
