"""A target that is an instant: the revisions at which the database was then, as its history tells."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from dbmigration.planning import entries
from dbmigration.planning.entries import Entry, instant, named
from dbmigration.planning.graph import Graph
from dbmigration.planning.target import MARK, Target
from dbmigration.reasons import CONFIGURATION_ERROR, REVISION_NOT_FOUND, VERSION_TABLES_DIFFER
from dbmigration.refusal import Refusal

_FORM = re.compile(
    r"@(\d{4})-(\d\d)-(\d\d)(?:([Tt ])(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(?:([Zz])|([+-])(\d\d):(\d\d))?", re.ASCII
)
_EXAMPLE = "@2026-01-11T10:00:00Z"
_INSTEAD = "Let spec.targetRevision name the revision itself that the database shall be at."


@dataclass(frozen=True)
class Known:
    """What the history of a version table says."""

    now: datetime
    """By the clock of the server."""
    entries: Sequence[Entry]
    """In the order in which they were written."""
    is_whole: bool = True
    """Or else only the last ones were read."""


def read(target: str) -> datetime:
    """In UTC."""
    found = _FORM.fullmatch(target)
    if found is None:
        label = "or a branch label before the @, as in billing@head"
        raise _none(target, f"it begins with {MARK}", f"date, time and zone behind that, as in {_EXAMPLE}, {label}")
    year, month, day, mark, hour, minute, second, fraction, letter, sign, hours, minutes = found.groups()
    if mark is None:
        raise _none(target, "it names a day and no time", f"time and zone behind it, as in {target[:11]}T00:00:00Z")
    if second is None:
        raise _none(target, "its time has no seconds", f"them as well, as in {target[:17]}:00{target[17:] or 'Z'}")
    if letter is None and sign is None:
        raise _none(target, "it has no zone", f"one behind it, as in {target}Z for UTC, or {target}+02:00")
    if mark != "T" or letter == "z":
        right = f"{target[:11]}T{target[12:].replace('z', 'Z')}"
        raise _none(target, "T between date and time and Z behind them are capital letters", right)
    _refuse_impossible(target, ("hour", hour, 23), ("minute", minute, 59), ("second", second, 59))
    _refuse_impossible(target, ("hour of an offset", hours or "00", 15), ("minute of an offset", minutes or "00", 59))
    zone = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    micros = int((fraction or "").ljust(6, "0")[:6])
    try:
        date = datetime(int(year), int(month), int(day), tzinfo=timezone.utc)
        return date.replace(hour=int(hour), minute=int(minute), second=int(second), microsecond=micros) - zone
    except (ValueError, OverflowError):
        raise _none(target, f"the calendar has no {year}-{month}-{day}", f"a day that there was, as in {_EXAMPLE}") from None


def _refuse_impossible(target: str, *parts: tuple[str, str, int]) -> None:
    for name, value, greatest in parts:
        if int(value) > greatest:
            raise _none(target, f"there is no {name} {value}", f"one from 00 to {greatest}, as in {_EXAMPLE}")


def _none(target: str, why: str, instead: str) -> Refusal:
    return Refusal(REVISION_NOT_FOUND, f"the target {target!r} is no instant: {why}. Write into spec.targetRevision {instead}.")


def unknown(target: str, why: str) -> Refusal:
    """Where there is no history that says it."""
    return Refusal(
        CONFIGURATION_ERROR, f"where the database was at the instant of the target {target!r} is not known: {why} {_INSTEAD}"
    )


def resolve(target: str, known: Known, rows: Collection[str], graph: Graph, version_table: str) -> Target:
    """Raises where the history does not tell, cannot be believed, or tells of what the image does not have. `rows` are those
    that are there now."""
    moment = read(target)
    if moment > known.now:
        raise Refusal(
            CONFIGURATION_ERROR,
            f"the target {target!r} lies in the future: the database's clock says {instant(known.now)}. Let "
            "spec.targetRevision name an instant that has been, or a revision.",
        )
    if not known.entries:
        raise unknown(target, f"the history has no entry of {version_table}.")
    found = entries.index_at(known.entries, moment)
    if found < 0 and known.is_whole:
        raise unknown(
            target,
            f"the history of {version_table} begins with {_beginning(known.entries)}, the earliest instant that can be named.",
        )
    if found < 0:
        raise unknown(target, f"the history of {version_table} has more than {len(known.entries):,} entries since.")
    flaw = entries.flaw(known.entries, found, rows, graph)
    if flaw is not None:
        raise unknown(target, f"the history of {version_table} is not believed: {flaw}.")
    entry = known.entries[found]
    heads = entry.after or ()
    missing = [head for head in heads if head not in graph]
    if missing:
        raise Refusal(
            REVISION_NOT_FOUND,
            f"at the instant of the target {target!r} {version_table} was at {named(heads)}, as the entry of {entry.when} in "
            f"its history says, and this image has no script for {named(missing)}. Use an image that contains it.",
        )
    applied = graph.ancestors(heads)
    undone = frozenset(revision for revision in graph.down if revision not in applied)
    roots = (revision for revision in undone if undone.isdisjoint(graph.parents[revision]))
    return Target(tuple(sorted(graph.maximal(applied))), undone, tuple(sorted(roots)))


def _beginning(found: Sequence[Entry]) -> str:
    first = [entry for entry in found if entry.transaction == found[0].transaction]
    return first[-1].when


def told(target: str, resolved: Target) -> str:
    """What whoever asked for it should know."""
    return (
        f"at {target[1:]} the database was at {named(resolved.revisions)}: the schema is taken there, and the data is not "
        "restored. What was written or deleted since stays so."
    )


def refuse_another(target: str, resolved: Target, before: Target, version_table: str, run_before: bool) -> None:
    """Raises where another version table of the same run was elsewhere at that instant."""
    if resolved.revisions != before.revisions:
        raise Refusal(
            VERSION_TABLES_DIFFER,
            f"at the instant of the target {target!r} {version_table} was at {named(resolved.revisions)}, and the version "
            f"tables before it at {named(before.revisions)}. Nothing {'more ' * run_before}was run. Name a revision that all "
            "of them shall be at, or let a resource of its own migrate each version table.",
        )
