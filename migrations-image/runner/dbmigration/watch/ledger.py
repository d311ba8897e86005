"""Keeps of each step what is committed and what is taken back, whichever connection it was done on.

Of a step is what is sent while its script runs. What env.py does behind that, as in its `finally` after a failure, is not.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dbmigration.course import Rollback, TakenBack
from dbmigration.planning.place import here
from dbmigration.session import transaction
from dbmigration.session.journal import Journal
from dbmigration.session.session import begins_by_itself, is_autocommit, query, raw_of
from dbmigration.sql.savepoint import Savepoint, Way
from dbmigration.sql.script import Turn

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from dbmigration.course import Running
    from dbmigration.sql.script import Script
    from dbmigration.state import State

# The server reads the whole string before it runs the first statement of it.
_SYNTAX_ERROR = "42601"
# Where it is kept with a connection of the driver.
_KEY = "dbmigration.journal"


class Ledger:
    def __init__(self, state: State) -> None:
        self._state = state
        self._sent: list[tuple[Running, str]] = []
        """What the last COMMIT was to make last, until something else is heard of."""

    def opened(self, connection: Connection) -> None:
        """A pool has taken back what its last user left."""
        connection.info[_KEY] = Journal()

    def is_at_once(self, connection: Connection) -> bool:
        return _of(connection).is_at_once(is_autocommit(raw_of(connection)))

    def not_committed(self, connection: Connection) -> list[str]:
        """What the running step has done."""
        return [what for step, what in _of(connection).open if step is self._state.course.running]

    def note(self, connection: Connection, acts: Iterable[Turn | Savepoint | str]) -> None:
        self._sent = []
        journal, step, autocommit = _of(connection), self._state.course.running, is_autocommit(raw_of(connection))
        left = False
        for act in acts:
            if isinstance(act, str):
                if step is not None and step.under_way and journal.is_of_steps:
                    at_once = journal.is_at_once(autocommit)
                    _keep(journal, step, act) if at_once else journal.do(step, act)
            elif isinstance(act, Savepoint):
                self._mark(journal, act)
            elif act is Turn.BEGIN:
                journal.begin_by_statement()
                left = False
            else:
                self._make_last(connection) if act is Turn.COMMIT else self._take_back(connection, here())
                journal.leave_by_statement()
                left = True
        if left and begins_by_itself(raw_of(connection)):
            # What came behind it in the same string was in none, and the next one is.
            journal.enter()

    def _mark(self, journal: Journal[Running], act: Savepoint) -> None:
        if act.way is Way.SET:
            journal.set_savepoint(act.name)
        elif act.way is Way.RELEASE:
            journal.release(act.name)
        else:
            journal.back_to(act.name)

    def refused(self, connection: Connection, script: Script, sqlstate: str) -> None:
        """By the server, the statement or a part of it."""
        midway = script.midway if sqlstate != _SYNTAX_ERROR else 0
        self.note(connection, script.acts[:midway])
        if not midway or Turn.BEGIN in script.acts[midway:]:
            _of(connection).fail(is_autocommit(raw_of(connection)))

    def number(self, connection: Connection) -> None:
        """Of a transaction in which something was written, so that its end can be known, whoever ends it."""
        journal, step = _of(connection), self._state.course.running
        if step is None or journal.transaction is not None or journal.failed or not self._is_main(connection):
            return
        raw = raw_of(connection)
        if not journal.is_at_once(is_autocommit(raw)) and not transaction.is_idle(raw):
            journal.transaction = transaction.number(raw)

    def look(self, connection: Connection) -> None:
        """Whether the driver's own commit() or rollback() has ended the transaction, of which SQLAlchemy says nothing."""
        if connection.closed or connection.invalidated:
            return
        journal, raw = _of(connection), raw_of(connection)
        known = journal.transaction
        if (known is None and not journal.failed) or not self._is_main(connection) or not transaction.is_idle(raw):
            return
        if known is None or journal.failed or not self._was_committed(raw, known):
            # Of one that failed the server makes nothing else.
            self._take_back(connection, None)
        else:
            self._make_last(connection)
            running = self._state.course.running
            if running is not None and running.under_way:
                running.committed.append(transaction.UNSEEN)

    def _was_committed(self, raw: Any, known: str) -> bool:
        try:
            return transaction.was_committed(lambda sql: query(raw, sql), known)
        finally:
            # As it was found.
            raw.rollback()

    def commit(self, connection: Connection) -> None:
        """It is about to be sent, or was."""
        if connection.closed or connection.invalidated:
            return
        self.look(connection)
        self._make_last(connection)

    def _make_last(self, connection: Connection) -> None:
        journal = _of(connection)
        if journal.failed:
            self._take_back(connection, here())
            return
        is_main, self._sent = self._is_main(connection), []
        for step, what in journal.end():
            # With the row of a step that is finished all of it is told.
            if not (is_main and step.finished):
                _keep(journal, step, what)
                self._sent.append((step, what))
        database = self._state.course.database
        if is_main and database is not None and database.begun:
            database.committing = len(database.begun) - (not database.begun[-1].finished)
            if database.committing:
                rows = database.begun[database.committing - 1].step.rows
                database.committed.append(tuple(sorted(rows)))

    def commit_failed(self, is_answered: bool) -> None:
        """What is sent next may be something else again."""
        for step, what in self._sent:
            step.committed.remove(what)
            if not is_answered:
                step.doubtful.append(what)
        self._sent = []

    def rollback(self, connection: Connection) -> None:
        if connection.closed or connection.invalidated:
            return
        self.look(connection)
        self._take_back(connection, here())

    def _take_back(self, connection: Connection, place: str | None) -> None:
        journal, self._sent = _of(connection), []
        takes_nothing = journal.is_at_once(is_autocommit(raw_of(connection)))
        error = self._state.traffic.error if journal.failed else None
        known, lost = journal.transaction, journal.end()
        database, running = self._state.course.database, self._state.course.running
        if takes_nothing or database is None or not self._is_main(connection):
            return
        if known is not None:
            database.taken_back.append(TakenBack(known, lost, running))
        undone = database.undo()
        is_of_script = running is not None and running.under_way
        if is_of_script or (undone and not _is_closing()):
            of = running if is_of_script else None
            database.rollbacks.append(Rollback(of, place, [what for step, what in lost if step is of], undone, error))

    def _is_main(self, connection: Connection) -> bool:
        """Whether Alembic's own transaction is on it."""
        session = self._state.course.session
        return session is not None and session.is_of(connection)


def _of(connection: Connection) -> Journal[Any]:
    # With the driver's connection, which may be used by several of SQLAlchemy's.
    found: Journal[Any] | None = connection.info.get(_KEY)
    if found is None:
        found = connection.info[_KEY] = Journal()
    return found


def _keep(journal: Journal[Running], step: Running, what: str) -> None:
    step.committed.append(what)
    journal.committed.append((step, what))


def disown(connection: Connection) -> None:
    """It is none that a step has opened for itself, though one was running."""
    journal = _of(connection)
    for step, what in journal.committed:
        if what in step.committed:
            step.committed.remove(what)
    journal = connection.info[_KEY] = Journal()
    journal.is_of_steps = False


def _is_closing() -> bool:
    """Whether SQLAlchemy takes back what was left open, and nobody has asked for it."""
    return any(
        frame.f_code.co_name == "close" and "sqlalchemy" in frame.f_code.co_filename for frame, _ in traceback.walk_stack(None)
    )
