"""Ends a run early: on SIGTERM, at its deadline, when a server does not answer.

A thread does it, because the main thread may be deep inside a driver that looks at no signal until its statement ends. It
ends the session on the server, which rolls back, reads what is left, writes the outcome and ends the process.
"""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any

from dbmigration import reasons
from dbmigration.refusal import Refusal
from dbmigration.session import threads

if TYPE_CHECKING:
    from dbmigration.report.conclusion import Conclusion
    from dbmigration.report.readback import Reading
    from dbmigration.session.session import Ask
    from dbmigration.state import State

CONNECT_LIMIT = 15.0
# A driver that waits for a farewell from the server, which may never come, must not keep a refusal from being told.
_UNWIND_LIMIT = 5.0
# Reading a few rows back, with what is tried again for it.
_READ_LIMIT = 40.0
# With what the outcome needs this keeps the whole within a second.
_TIME_FOR_DATABASE = 0.7
_TIME_FOR_LAST_WORD = 0.1
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def _let_signals_be() -> None:
    """What is sent to a process that the project has forked, as a pool of processes does when it closes, is not sent to us."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Watchdog:
    def __init__(self, state: State, ending: Conclusion) -> None:
        self._state = state
        self._ending = ending
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)

    def start(self) -> None:
        self._state.stop.heard = self.look_again
        # As process 1 of a container Python would ignore signals for which it has no handler. The pipe is written by the
        # interpreter's C code at once, and by the handler where an event loop has taken that mechanism over.
        for number in _SIGNALS:
            signal.signal(number, lambda received, _: self._tell(received))
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        os.register_at_fork(after_in_child=_let_signals_be)
        threads.Thread(self._watch)

    def look_again(self) -> None:
        """A deadline has changed."""
        self._tell(0)

    def _tell(self, number: int) -> None:
        os.write(self._write, bytes([number]))

    def _watch(self) -> None:
        while True:
            now = time.monotonic()
            limits = (self._run_limit(), self._connect_limit(), self._unwind_limit(), self._read_limit())
            deadlines = [limit for limit in limits if limit is not None]
            wait = max(0.0, min(deadlines) - now) if deadlines else None
            ready, _, _ = threads.select([self._read], [], [], wait)
            received = os.read(self._read, 1024) if ready else b""
            name = next((number.name for number in _SIGNALS if number in received), None)
            refusal = self._due(name)
            if refusal is None:
                continue
            if self._ending.claim():
                # What had failed before stays the reason. Later failures come of this very ending.
                self._end(self._ending.refusal or refusal)
            return

    def _due(self, signal_name: str | None) -> Refusal | None:
        now = time.monotonic()
        if signal_name is not None:
            cause = " The Pod was deleted, evicted, or its node drained: its events say which."
            return self._early(reasons.INTERRUPTED, f"{signal_name} arrived", cause)
        run = self._run_limit()
        if run is not None and now >= run:
            limit = self._state.task.request.timeouts.run if self._state.task.request else 0
            remedy = " Raise timeouts.run, or split the work into smaller revisions."
            return self._early(reasons.DEADLINE_EXCEEDED, f"{limit:g} s were over (timeouts.run)", remedy)
        connect = self._connect_limit()
        if connect is not None and now >= connect:
            from dbmigration.report.connection_failure import no_answer

            return no_answer(self._state, CONNECT_LIMIT)
        unwind = self._unwind_limit()
        if unwind is not None and now >= unwind:
            return self._state.stop.refusal
        read = self._read_limit()
        if read is not None and now >= read:
            what = f"the version table could not be read within {_READ_LIMIT:g} s after the migration"
            return self._early(reasons.DATABASE_UNREACHABLE, what, " If it was committed, the next attempt finds that.")
        return None

    def _early(self, reason: str, what: str, remedy: str = "") -> Refusal:
        running = self._state.course.running
        if running is not None:
            step = running.step
            what += f" while {step.direction.lower()}() of revision {step.revision} ran (step {running.number} of {running.of})"
        elif self._state.course.database is None:
            what += " before the migration began"
        ended = ": the session was ended and what was not committed rolled back" if self._state.course.session else ""
        return Refusal(reason, f"{what}{ended}.{remedy}", running.step.revision if running else None)

    def _run_limit(self) -> float | None:
        request = self._state.task.request
        return self._state.started + request.timeouts.run if request and request.timeouts.run else None

    def _connect_limit(self) -> float | None:
        connecting = self._state.course.connecting
        return connecting.started + CONNECT_LIMIT if connecting else None

    def _unwind_limit(self) -> float | None:
        refused = self._state.stop.refused
        return refused + _UNWIND_LIMIT if refused is not None and self._ending.refusal is None else None

    def _read_limit(self) -> float | None:
        since = self._ending.reading_since
        return since + _READ_LIMIT if since is not None else None

    def _end(self, refusal: Refusal) -> None:
        result: list[list[Reading]] = []
        problem: list[str] = ["there was no time to read the version table"]
        if self._state.course.connecting is None:
            threads.Thread(lambda: self._end_sessions(result, problem)).join(_TIME_FOR_DATABASE)
            self._hear_the_last_statement()
        readings: Any = result[0] if result else problem[0] if self._state.course.databases else []
        self._ending.write(refusal, readings)

    def _hear_the_last_statement(self) -> None:
        """Whether a statement that commits itself did so: the main thread has the server's last word on it in a moment."""
        end = time.monotonic() + _TIME_FOR_LAST_WORD
        statement = self._state.traffic.current
        while statement is not None and statement.at_once and not statement.answered and time.monotonic() < end:
            threads.sleep(0.01)

    def _end_sessions(self, result: list[list[Reading]], problem: list[str]) -> None:
        from dbmigration.report.readback import read, why_unread
        from dbmigration.session.observer_session import end_session, with_session

        try:
            found: list[Reading] = []
            if not self._state.course.databases and self._state.course.session is not None:
                session = self._state.course.session
                with_session(session.engine, lambda ask: end_session(ask, session))
            for database in self._state.course.databases:

                def use(ask: Ask, database: Any = database) -> Reading:
                    end_session(ask, database.session)
                    return read(ask, database, self._state)

                found.append(with_session(database.session.engine, use))
            result.append(found)
        except Exception as error:
            # The process ends in any case, and with it the connection: the server notices within a second.
            problem[0] = why_unread(error)
