"""What was run in a database is kept there, each step in its own transaction: taken back with it, and committed with it.

It is for people, and for a target that is an instant. Nothing of it is needed to migrate, and nothing that goes wrong with it
keeps a migration from running.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from dbmigration.planning.unanswered import Unanswered
from dbmigration.session import history_table, past
from dbmigration.session.observer_session import in_place_of
from dbmigration.sql.quote import literal

if TYPE_CHECKING:
    from dbmigration.session.history_table import Found
    from dbmigration.session.session import Ask, Session
    from dbmigration.session.traffic import Traffic
    from dbmigration.session.version_table import VersionTable


_OTHERWISE = "Or set spec.history to Disabled."


class Author(NamedTuple):
    """Who runs the steps, and with what. None where that is not known, or does not apply."""

    image: str | None
    resource: str | None
    uid: str | None
    attempt: int | None
    plan: str | None
    """Its digest, where it was looked at."""
    approver: str | None
    override: str | None


class Entry(NamedTuple):
    revision: str
    direction: str
    heads: Collection[str]
    """The rows of the version table after the step."""
    script: str | None
    """The fingerprint of its file."""


class History:
    """That of one version table, as far as this run adds to it."""

    def __init__(self, traffic: Traffic, session: Session, table: VersionTable) -> None:
        self._traffic = traffic
        self._session = session
        self._table = table
        self._rows: Collection[str] = ()
        self.found: Found = history_table.look(session)
        self._is_written = False

    @property
    def _is_readable(self) -> bool:
        return self.found.is_there and self.found.unreadable is None

    def last(self) -> list[Any]:
        """The last entry; nothing where there is none, or where what is there can be neither read nor believed."""
        if not self._is_readable:
            return []
        try:
            return past.last(self._session, self._table)
        except Unanswered:
            # Whoever looks back at the scripts is told so.
            return []

    def has_served(self, override: str, resource: str, uid: str, attempt: int) -> bool:
        """Whether an earlier attempt of the resource ran by that override; not where that cannot be read or believed."""
        if not self._is_readable:
            return False
        try:
            return past.has_served(self._session, override, resource, uid, attempt)
        except Unanswered:
            return False

    def begin(self, rows: Collection[str]) -> list[str]:
        """Before the first step, at these rows. Returns what the user should know, where the steps are not kept."""
        self._rows = rows
        if not self.found.is_there and self.found.flaw is None:
            self._create()
        flaw = self.found.flaw
        if flaw is None and not self.found.is_there:
            told = self._session.query(history_table.problem())[0][0]
            flaw = f"{history_table.NAME} could not be made: {told or 'another migration is making it'}."
        self._is_written = flaw is None
        return [] if flaw is None else [f"these steps are missing in the database's history, as {flaw} {_OTHERWISE}"]

    def write(self, entry: Entry, author: Author, is_last: bool) -> list[str]:
        """In the transaction of a step, after its row. Returns what went wrong, once that is known: with the last one."""
        if not self._is_written:
            return []
        sql = history_table.insertion(
            {
                "version_table": literal(str(self._table)),
                "revision": literal(entry.revision),
                "direction": literal(entry.direction),
                "heads_before": _texts(self._rows),
                "heads": _texts(entry.heads),
                "at": "pg_catalog.clock_timestamp()",
                "transaction": "pg_catalog.txid_current()",
                "image": _text(author.image),
                "resource": _text(author.resource),
                "uid": _text(author.uid),
                "attempt": "NULL" if author.attempt is None else str(author.attempt),
                "plan": _text(author.plan),
                "script": _text(entry.script),
                "approver": _text(author.approver),
                "override": _text(author.override),
            }
        )
        with self._traffic.own(self._session, sql):
            self._session.query(sql)
        self._rows = entry.heads
        told = self._session.query(history_table.problem())[0][0] if is_last else None
        return [f"one of these steps or more are missing in {history_table.NAME}: {told}. {_OTHERWISE}"] if told else []

    def _create(self) -> None:
        """Committed by itself, so that a long migration of another version table is not waited for, and before the first step:
        an empty table that stays after a failure is in nobody's way."""

        def beside(ask: Ask) -> None:
            ask(history_table.creation(waits=True))

        try:
            in_place_of(self._session, beside)
        except Exception:
            # There is no second session to be had, or its role is another one: in the transaction that is open, then.
            self._session.query(history_table.creation(waits=False))
        self.found = history_table.look(self._session) if self._is_made() else self.found

    def _is_made(self) -> bool:
        """Otherwise looking would forget why not."""
        return not self._session.query(history_table.problem())[0][0]


def _text(value: str | None) -> str:
    return "NULL" if value is None else literal(value)


def _texts(values: Collection[str]) -> str:
    return f"ARRAY[{', '.join(map(literal, sorted(values)))}]::pg_catalog.text[]"
