"""The fault table: for every fault, moment and kind of migration the outcome that is documented and tested."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.kinds import ALL, BY_NAME, KINDS, Committed, Kind

# What each fault is, for the document. Those of SERVER hit everything that runs on the server at once.
FAULTS = {
    "SIGTERM": "the runner is asked to end",
    "SIGINT": "the same by an interrupt",
    "SIGKILL": "the runner is killed; it leaves no outcome",
    "deadline": "`timeouts.run` is over",
    "network cut": "the connection is reset on both ends; a new one is possible",
    "network gone": "the same, and a new one is refused until the run has ended",
    "stall": "packets vanish and nobody is told; then SIGTERM",
    "pg_terminate_backend": "somebody ends the session",
    "pg_cancel_backend": "somebody cancels the statement",
    "statement timeout": "`timeouts.statement` is over",
    "lock held": "an application holds a lock that the next statement needs, longer than `timeouts.lock`",
    "deadlock": "an application and the migration wait for each other's locks",
    "read-only": "new sessions may only read (`default_transaction_read_only`)",
    "disk full": "the disk of a tablespace is full",
    "standby": "the URL leads to a standby, which is promoted before the next run",
    "restart, fast": "the server is restarted; it ends its sessions",
    "restart, immediate": "the server is restarted without a farewell, and recovers",
    "backend killed": "SIGKILL hits one server process, as when memory runs out; the server ends all sessions and recovers",
    "server stopped": "the server is stopped, and started again only after the run has ended",
    "connections used up": "other clients hold every connection that the server has, until the run has ended",
    "failover": "the primary dies, its standby is promoted, and the address leads there",
}
SERVER = (
    "disk full",
    "standby",
    "restart, fast",
    "restart, immediate",
    "backend killed",
    "server stopped",
    "connections used up",
    "failover",
)

_NO_SESSION = ("before connecting", "while connecting")
_IN_STEPS = (
    *("before 1", "inside 1", "after 1", "between 1 and 2"),
    *("before 2", "inside 2", "later in 2", "after 2", "between 2 and 3"),
    *("before 3", "inside 3", "after 3"),
)
_FEW = ("inside 1", "before 2", "inside 2", "later in 2", "after 2", "inside 3", "in COMMIT", "COMMIT unanswered")
_WITH_SESSION = ("before the first step", *_IN_STEPS, "in COMMIT")
_INSIDE = ("inside 1", "inside 2", "later in 2", "inside 3")
_THOROUGH = ("one transaction", "asyncpg", "each its own", "autocommit block", "concurrent index")
_REST = tuple(kind.name for kind in KINDS if kind.name not in _THOROUGH)
_EVERY = tuple(kind.name for kind in KINDS)
_MOST = ("one transaction", "each asyncpg", "autocommit block", "index if not exists", "data in batches", "downgrade")

# fault, moments, kinds
_RULES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("SIGTERM", (*_NO_SESSION, *_WITH_SESSION, "COMMIT unanswered", "after COMMIT", "while the rows are read"), _THOROUGH),
    ("SIGTERM", _FEW, _REST),
    ("SIGINT", ("before connecting", "inside 2", "in COMMIT"), ("one transaction", "block asyncpg")),
    ("SIGKILL", (*_NO_SESSION, *_WITH_SESSION, "COMMIT unanswered", "after COMMIT", "while the rows are read"), _THOROUGH),
    ("SIGKILL", _FEW, _REST),
    ("network cut", ("while connecting", *_WITH_SESSION, "COMMIT unanswered", "while the rows are read"), _THOROUGH),
    ("network cut", _FEW, _REST),
    ("network gone", ("before connecting", *_FEW, "after COMMIT"), ("one transaction", "each asyncpg", "block asyncpg")),
    ("stall", ("while connecting", "inside 2", "COMMIT unanswered"), ("one transaction", "autocommit block", "each asyncpg")),
    ("pg_terminate_backend", (*_WITH_SESSION, "while the rows are read"), _THOROUGH),
    ("pg_terminate_backend", tuple(m for m in _FEW if m != "COMMIT unanswered"), _REST),
    ("pg_cancel_backend", (*_INSIDE, "in COMMIT"), _MOST),
    # Not in COMMIT: PostgreSQL ends its statement timeout before it commits.
    ("statement timeout", _INSIDE, _MOST),
    ("deadline", ("inside 2", "in COMMIT"), ("one transaction", "block asyncpg")),
    ("lock held", ("before 1", "before 2", "before 3"), _EVERY),
    ("deadlock", ("before 2",), ("one transaction", "asyncpg", "downgrade", "mixed plan")),
    ("read-only", ("before connecting",), ("one transaction", "asyncpg", "downgrade")),
    ("disk full", ("before 1", "before 3"), ("one transaction", "each asyncpg", "autocommit block")),
    ("standby", ("before connecting",), ("one transaction", "asyncpg")),
    ("restart, fast", (*_FEW, "while the rows are read"), _MOST),
    ("restart, immediate", _FEW, _MOST),
    ("backend killed", ("inside 2", "after 2", "in COMMIT"), _MOST),
    ("server stopped", ("before connecting", *_FEW, "after COMMIT"), ("one transaction", "each asyncpg", "autocommit block")),
    ("connections used up", ("before connecting", "inside 2", "after COMMIT"), _MOST),
    ("failover", ("before connecting", "inside 2", "after 2", "in COMMIT", "COMMIT unanswered", "after COMMIT"), _MOST),
)

# What is said of a session that something ended, of a run that was told to end, of a statement that was.
_REASONS = {
    "SIGTERM": "Interrupted",
    "SIGINT": "Interrupted",
    "stall": "Interrupted",
    "deadline": "DeadlineExceeded",
    "pg_cancel_backend": "MigrationFailed",
    "statement timeout": "StatementTimeout",
    "lock held": "LockTimeout",
    "deadlock": "LockTimeout",
    "read-only": "DatabaseUnreachable",
    "standby": "DatabaseUnreachable",
    "disk full": "MigrationFailed",
}
# Of these nobody hears from the server how its last statement ended.
_WITHOUT_A_WORD = ("network cut", "network gone", "stall", "restart, immediate", "failover", "server stopped", "backend killed")
# After these a run reads the rows if it can within the second that it has.
_HURRIED = ("SIGTERM", "SIGINT", "deadline")
# During these nothing can be read any more.
_UNREADABLE = ("network gone", "stall", "server stopped")


@dataclass(frozen=True)
class Case:
    fault: str
    moment: str
    kind: Kind
    reason: str | None
    """None: there is no outcome, because the runner was killed."""
    steps: int
    """How many steps the version table shows afterwards."""
    after: str
    """What the outcome says of the rows: `rows`, `null`, or `either` where it depends on how soon the server answers."""
    then: str
    """What a person has to do before the same request reaches the target: "" is nothing."""

    @property
    def reasons(self) -> tuple[str | None, ...]:
        """The second one is that of a run which could not read the rows, and so says no more than what it was told."""
        if self.after != "either" or self.reason in ("PartiallyApplied", None):
            return (self.reason,)
        return (self.reason, _unread(self.fault, self.moment, self.kind))

    def again(self) -> tuple[tuple[str, str], ...]:
        """What the same request comes to when it is made again, each time after this statement of a person."""
        held = self.kind.at(self.moment)
        tries: list[tuple[str, str]] = []
        if self.then and self.reason != "PartiallyApplied":
            # Whoever was told nothing asks once more, and is told then.
            tries.append(("InvalidIndex" if held.index else "MigrationFailed", ""))
        return (*tries, ("AtTargetRevision", self.then))

    def __str__(self) -> str:
        return f"{self.fault} / {self.moment} / {self.kind.name}"


def _case(fault: str, moment: str, kind: Kind) -> Case:
    held, after = kind.at(moment), _after(fault, moment)
    reason: str | None = _REASONS.get(fault, "ConnectionLost")
    then = ""
    if held == ALL and moment != "in COMMIT":
        return _arrived(fault, moment, kind, held)
    if fault == "failover" and moment in _NO_SESSION:
        return Case(fault, moment, kind, "AtTargetRevision", 3, "rows", "")
    if fault == "connections used up" and moment == "inside 2":
        # It has the one connection that it needs, and its end sets one free for the reading.
        return Case(fault, moment, kind, "AtTargetRevision", 3, "rows", "")
    if moment in _NO_SESSION and reason == "ConnectionLost":
        reason = "DatabaseUnreachable"
    if reason == "MigrationFailed" and held.steps:
        reason = "PartiallyApplied"
    reason, then = _half_applied(fault, moment, kind, held, reason, then)
    return Case(fault, moment, kind, None if fault == "SIGKILL" else reason, held.steps, after, then)


def _after(fault: str, moment: str) -> str:
    if fault in _UNREADABLE or fault == "SIGKILL":
        return "null"
    if moment in _NO_SESSION and fault != "read-only":
        return "null"
    return "either" if fault in SERVER or fault in _HURRIED else "rows"


def _half_applied(
    fault: str, moment: str, kind: Kind, held: Committed, reason: str | None, then: str
) -> tuple[str | None, str]:
    if held.part:
        return "PartiallyApplied", kind.take_back
    if held.index:
        # Where the database cannot be read, the next run says it.
        return (reason if fault in _UNREADABLE else "InvalidIndex"), "DROP INDEX CONCURRENTLY ix_003"
    if held.at_once and fault in _WITHOUT_A_WORD:
        return "PartiallyApplied", kind.take_back
    return reason, then


def _arrived(fault: str, moment: str, kind: Kind, held: Committed) -> Case:
    """After the last COMMIT the rows are those of the target, whatever happens; they only have to be read."""
    reason: str | None = "AtTargetRevision"
    after = "rows"
    if fault in ("network gone", "server stopped", "connections used up") or (fault == "stall"):
        reason, after = ("Interrupted" if fault == "stall" else "DatabaseUnreachable"), "null"
        if moment == "COMMIT unanswered":
            reason = _unread(fault, moment, kind)
    if fault in _HURRIED:
        after = "either"
    if moment == "while the rows are read" and fault in _HURRIED:
        reason, after = "Interrupted", "null"
    if fault == "SIGKILL":
        reason, after = None, "null"
    return Case(fault, moment, kind, reason, held.steps, after, "")


def _unread(fault: str, moment: str, kind: Kind) -> str:
    """The reason where neither an answer nor the rows tell whether it was committed."""
    if moment == "COMMIT unanswered" and kind.at("in COMMIT").part:
        return "PartiallyApplied"
    return _REASONS.get(fault, "ConnectionLost")


def cases() -> Iterator[Case]:
    for fault, moments, kinds in _RULES:
        for name in kinds:
            kind = BY_NAME[name]
            for moment in moments:
                if moment in kind.moments:
                    yield _case(fault, moment, kind)


CASES = tuple(cases())


def selection() -> tuple[Case, ...]:
    """The fewest found that have every fault at every moment, and every fault in every kind of migration."""

    def shows(case: Case) -> set[tuple[str, str]]:
        return {(case.fault, case.moment), (case.fault, case.kind.name)}

    left = set().union(*map(shows, CASES))
    chosen = []
    while left:
        chosen.append(max(CASES, key=lambda case: len(shows(case) & left)))
        left -= shows(chosen[-1])
    return tuple(sorted(chosen, key=CASES.index))
