"""The entries of a history, and whether they lead to where the database is.

Somebody may have changed them by hand, or migrated without leaving one. What the database was at is believed as far as it
follows from where it is now: less what the entries since then say, each of which has to be one that a migration writes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from dbmigration.planning.graph import Graph
from dbmigration.planning.plan import take

_MOST_NAMES = 6
_UPGRADE, _DOWNGRADE = "Upgrade", "Downgrade"


class Entry(NamedTuple):
    number: int
    """The table's own, which grows."""
    at: datetime | None
    """In UTC; None where that is no date."""
    transaction: int
    revision: str
    direction: str
    before: tuple[str, ...] | None
    """The rows that the step found; None where that is no list of revisions."""
    after: tuple[str, ...] | None

    @property
    def when(self) -> str:
        return "an unknown time" if self.at is None else instant(self.at)


def instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


def named(revisions: Collection[str]) -> str:
    some = sorted(revisions)
    if not some:
        return "base"
    return ", ".join(some[:_MOST_NAMES]) + (f" and {len(some) - _MOST_NAMES} more" if len(some) > _MOST_NAMES else "")


def index_at(entries: Sequence[Entry], moment: datetime) -> int:
    """That of the entry behind which the database stood then; -1 before the first one. What one transaction ran was to be
    seen when it was committed, and not before."""
    later = next((n for n, entry in enumerate(entries) if entry.at is None or entry.at > moment), len(entries))
    while 0 < later < len(entries) and entries[later - 1].transaction == entries[later].transaction:
        later -= 1
    return later - 1


def flaw(entries: Sequence[Entry], first: int, rows: Collection[str], graph: Graph) -> str | None:
    """Why what the entry `first` left does not follow from the rows that are there now; None where it does.

    The numbers of transactions prove no order: one may have been given out before the lock was, and a restored database
    begins anew. But nobody else migrates the same version table within one.
    """
    ended = {entry.transaction for entry in entries[:first]}
    applied: set[str] | None = None
    for number in range(first, len(entries)):
        entry, former = entries[number], entries[number - 1] if number else None
        words = None if former is None else _misplaced(entry, former, ended) or (number > first and _torn(entry, former))
        if words:
            return words
        ended.add(entry.transaction)
        applied, left = _run(entry, applied, graph)
        if entry.at is None or not _is_same(left, entry.after):
            return (
                f"its entry of {entry.when} ({entry.direction} {entry.revision}, from {named(entry.before or ())} to "
                f"{named(entry.after or ())}) is none that a migration with these scripts writes: somebody changed it, or the "
                "scripts were linked anew"
            )
    last = entries[-1]
    if _is_same(last.after, rows):
        return None
    return (
        f"its last entry, of {last.when}, left {named(last.after or ())}, and {named(rows)} is there: somebody migrated "
        "without an entry since, or changed it"
    )


def _torn(entry: Entry, former: Entry) -> str | None:
    if _is_same(former.after, entry.before):
        return None
    return (
        f"its entry of {entry.when} found {named(entry.before or ())}, and the one before it, of {former.when}, left "
        f"{named(former.after or ())}: somebody migrated without an entry in between, or changed one"
    )


def _misplaced(entry: Entry, former: Entry, ended: Collection[int]) -> str | None:
    if entry.at is not None and former.at is not None and entry.at < former.at:
        return (
            f"its entry of {entry.when} was written after that of {former.when}: the server's clock was set back, or somebody "
            "changed one of them"
        )
    if entry.transaction != former.transaction and entry.transaction in ended:
        return f"its entry of {entry.when} is of a transaction that had ended before: somebody changed it"
    return None


def _run(entry: Entry, applied: set[str] | None, graph: Graph) -> tuple[set[str] | None, Collection[str] | None]:
    """What is applied after that step, as far as these scripts tell, and the rows that say so; None where no step is like
    it. `applied` is changed."""
    before, after, revision, is_upgrade = entry.before, entry.after, entry.revision, entry.direction == _UPGRADE
    if before is None or after is None or entry.direction not in (_UPGRADE, _DOWNGRADE):
        return None, None
    if not all(name in graph for name in (*before, *after, revision)):
        # Another image ran it. Whatever its scripts are, what goes up is a row then, and what goes down was one.
        is_right = revision in (after if is_upgrade else before) and revision not in (before if is_upgrade else after)
        return None, after if is_right else None
    if applied is None:
        below = graph.below(before)
        if not below.isdisjoint(before):
            return None, None
        applied = below.union(before)
    is_next = revision not in applied and applied.issuperset(graph.parents[revision])
    if not (is_next if is_upgrade else revision in before):
        return None, None
    return applied, take(graph, set(before), applied, revision, is_upgrade).rows


def _is_same(one: Collection[str] | None, other: Collection[str] | None) -> bool:
    return one is not None and other is not None and set(one) == set(other)
