"""The order of the attempts of one resource, and how it is noted: who comes late does nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from dbmigration.planning.request import seconds_of

if TYPE_CHECKING:
    from dbmigration.planning.request import Declaration, Request
    from dbmigration.planning.target import Target

# Far more than any resource comes to, and few enough for the operator to count on from there.
_MOST_ATTEMPTS = 1_000_000_000

# A database that resources take over from one another, each under a name of its own, remembers so many of them, and all
# that may have a claim.
MOST_RESOURCES = 8


class Attempt(NamedTuple):
    name: str
    """`namespace/name` of the resource."""
    uid: str
    """Of its incarnation: what is deleted and made again is another one."""
    created: str
    version: str
    attempt: int
    over: str | None = None
    """The incarnation before which this one was put by the operator, however new that looks."""
    target: tuple[str, ...] = ()
    """What it declares: the revisions that are to be applied."""
    without: tuple[str, ...] = ()
    """And those that are not, with all that builds on them."""
    database: str = ""
    """The object id of the database where it was noted: a copy has the note, and another id. Empty where it is not known."""

    @classmethod
    def of(cls, request: Request, target: Target) -> Attempt | None:
        made = request.resource
        if made is None:
            return None
        number, over = request.attempt, made.over
        # Who only plans declares nothing, but whoever was before it is late all the same.
        declares, without = ((), ()) if request.only_plans else (target.revisions, target.roots)
        return cls(request.name, made.uid, made.created, made.version, number, over, declares, without)

    @classmethod
    def declared(cls, made: Declaration) -> Attempt:
        """As if it had noted what it declares: before any attempt of its own that has."""
        return cls(made.name, made.uid, made.created, "0", 0, None, made.target)

    def is_of_an_older_resource_than(self, other: Attempt) -> bool:
        """Of two resources of different names one is the older, whoever asks and whenever.

        Of those that were made in one second the first by name, so that a restore does not change it. The operator, who
        says which others count, has the same order; `version` grows with every edit and is none.
        """
        return (seconds_of(self.created), self.name) < (seconds_of(other.created), other.name)

    def is_as_old_as(self, other: Attempt) -> bool:
        """As far as can be known: Kubernetes tells it to the second."""
        return seconds_of(self.created) == seconds_of(other.created)

    def is_of_another_database_than(self, other: Attempt) -> bool:
        """For certain: two servers may have the same id."""
        return "" not in (self.database, other.database) and self.database != other.database

    def is_newer_than(self, other: Attempt) -> bool:
        """Never true of both: who is asked about an equal one, or cannot tell, says no."""
        if self.uid == other.uid:
            return self.attempt > other.attempt
        if self.uid == other.over:
            return False
        if self.over == other.uid:
            return True
        mine, theirs = seconds_of(self.created), seconds_of(other.created)
        if mine != theirs:
            return mine > theirs
        numbers = _number(self.version), _number(other.version)
        return None not in numbers and numbers[0] > numbers[1]  # type: ignore[operator]

    def after(self, former: Attempt | None) -> Attempt:
        """As it is noted: what the former attempt of the same incarnation stood before, it stands before, too."""
        same = former is not None and former.uid == self.uid and self.over is None
        return self._replace(over=former.over) if same and former is not None else self

    def __str__(self) -> str:
        return f"attempt {self.attempt} of {self.name} (uid {self.uid}, created {self.created})"


def parse(note: Any) -> tuple[Attempt, ...]:
    """What of a note can be used: somebody may have edited it."""
    entries = note if isinstance(note, list) else []
    return tuple(attempt for attempt in map(_attempt, entries) if attempt is not None)


def note(attempts: Iterable[Attempt], newest: Attempt, claimants: Collection[str] = ()) -> list[dict[str, Any]]:
    """With this one in front instead of the one of its resource."""
    others = [attempt for attempt in attempts if attempt.name != newest.name]
    kept = [attempt for place, attempt in enumerate(others, 2) if place <= MOST_RESOURCES or attempt.uid in claimants]
    return [attempt._asdict() for attempt in (newest, *kept)]


def found(note: Any, mine: Attempt) -> tuple[str, ...] | None:
    """The rows that this very attempt found when it was here for the first time; None where nothing says so."""
    entry = note.get(mine.name) if isinstance(note, dict) else None
    same = {"uid": mine.uid, "attempt": mine.attempt, "target": list(mine.target)}
    if not isinstance(entry, dict) or {**entry, **same} != entry:
        return None
    rows = entry.get("rows")
    return tuple(rows) if isinstance(rows, list) and all(isinstance(row, str) for row in rows) else None


def note_found(
    note: Any, mine: Attempt, rows: Collection[str], names: Collection[str], setup: str | None = None
) -> dict[str, Any]:
    """With the rows that this one finds, and what is noted of the others of these names.

    The `setup` is for the operator, which reads it: whether this is the version table of a resource of that name.
    """
    others = note if isinstance(note, dict) else {}
    kept = {name: entry for name, entry in others.items() if name in names}
    own = {"uid": mine.uid, "attempt": mine.attempt, "target": list(mine.target), "rows": sorted(rows)}
    return {**kept, mine.name: own if setup is None else {**own, "setup": setup}}


def newest(attempts: Iterable[Attempt], name: str) -> Attempt | None:
    found: Attempt | None = None
    for attempt in attempts:
        if attempt.name == name and (found is None or attempt.is_newer_than(found)):
            found = attempt
    return found


def _attempt(entry: Any) -> Attempt | None:
    try:
        lists = {key: tuple(entry[key]) for key in ("target", "without") if isinstance(entry[key], list)}
        made = Attempt(**{**entry, **lists})
        seconds_of(made.created)
        "".join((made.name, made.uid, made.version, made.over or "", made.database, *made.target, *made.without)).encode()
    except (TypeError, ValueError, AttributeError, KeyError):
        return None
    lists_fit = isinstance(made.target, tuple) and isinstance(made.without, tuple)
    number_fits = type(made.attempt) is int and 0 < made.attempt <= _MOST_ATTEMPTS
    return made if lists_fit and number_fits else None


def _number(digits: str) -> tuple[int, str] | None:
    """To be compared as the number is, however long: the API server promises no more than that they are digits."""
    short = digits.lstrip("0")
    return (len(short), short) if digits.isascii() and digits.isdigit() else None
