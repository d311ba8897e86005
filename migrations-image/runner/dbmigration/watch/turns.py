"""Whose turn it is with Alembic's context, of which a process has one.

A second migration that begins before the first is through takes it away from that: the one's statements go to the other's
database, and the rows do not. So it is refused before it begins, wherever it comes from: a thread, a task or a greenlet.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from dbmigration.planning.place import here
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal
from dbmigration.remedy import TENANTS
from dbmigration.session import threads
from dbmigration.state import State
from dbmigration.watch import ledger
from dbmigration.watch.forks import Forks


class _Strand(NamedTuple):
    """What goes on one thing after the other."""

    thread: threading.Thread
    task: Any
    greenlet: Any

    @staticmethod
    def current() -> _Strand:
        asyncio, greenlet = sys.modules.get("asyncio"), sys.modules.get("greenlet")
        task = None
        if asyncio is not None:
            with contextlib.suppress(RuntimeError):
                # Outside of every event loop.
                task = asyncio.current_task()
        return _Strand(threading.current_thread(), task, greenlet.getcurrent() if greenlet is not None else None)

    def is_of(self, other: _Strand) -> bool:
        if self.thread is not other.thread:
            return False
        if self.task is not None or other.task is not None:
            # Each run_sync() of a task has a greenlet of its own.
            return None in (self.task, other.task) or self.task is other.task
        return None in (self.greenlet, other.greenlet) or self.greenlet is other.greenlet

    @property
    def is_over(self) -> bool:
        if not self.thread.is_alive():
            return True
        if self.task is not None:
            return bool(self.task.done())
        return self.greenlet is not None and bool(self.greenlet.dead)


class _Turn:
    def __init__(self, strand: _Strand, connection: Any) -> None:
        self.strand = strand
        self.connection = connection
        self.is_running = False
        self.has_run = False

    def is_over(self, connection: Any) -> bool:
        """For whoever begins anew with this connection."""
        if self.is_running:
            return False
        if self.connection is connection or not _is_open(self.connection):
            return True
        return self.has_run and not self.connection.in_transaction()


class Turns:
    def __init__(self, state: State, forks: Forks) -> None:
        self._state = state
        self._forks = forks
        self._busy = threads.allocate_lock()
        self._turn: _Turn | None = None
        self._refusal: Refusal | None = None

    def take(self, connection: Any) -> None:
        """Before env.py hands it over, unless it was stopped at something and has caught that."""
        self._forks.refuse()
        if not self._state.course.configured:
            self._state.stop.check()
        current = _Strand.current()
        with self._busy:
            turn = self._turn
            if self._refusal is None and (
                turn is None or turn.strand.is_of(current) or turn.strand.is_over or turn.is_over(connection)
            ):
                self._turn = _Turn(current, connection)
                return
        self._refuse(connection)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """While Alembic is at work in the context."""
        current = _Strand.current()
        with self._busy:
            turn = self._turn
            may_run = self._refusal is None and (turn is None or not turn.is_running or turn.strand.is_of(current))
            if may_run and turn is not None:
                turn.strand, turn.is_running = current, True
        if not may_run:
            self._refuse(None)
        try:
            yield
        finally:
            if turn is not None:
                turn.is_running, turn.has_run = False, True

    def _refuse(self, connection: Any) -> NoReturn:
        if _is_open(connection):
            # What was sent on it to prepare a tenant is no part of the other one's step.
            ledger.disown(connection)
        if self._refusal is None:
            self._refusal = Refusal(
                CONFIGURATION_ERROR,
                f"{self._state.task.env_py} takes several tenants at the same time (threads, asyncio.gather): it came to "
                f"{here()} while the migration of another one was under way. Alembic has one context for a whole process, so "
                f"nothing was run for the second one, and the first was stopped: {TENANTS}.",
            )
            # env.py may catch this; the run ends with it all the same, and whoever is at work at its next step.
            self._state.stop.by(self._refusal)
        raise self._refusal


def _is_open(connection: Any) -> bool:
    """Anything may be given to context.configure()."""
    return not getattr(connection, "closed", True)
