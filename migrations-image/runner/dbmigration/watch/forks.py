"""Processes that the project makes of this one. Nobody there holds the lock, or could tell the outcome.

What is forked has a copy of the runner, which is not to go on as if it were the runner: it migrates nothing and says nothing.
"""

from __future__ import annotations

import contextlib
import os

from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal
from dbmigration.remedy import TENANTS
from dbmigration.state import State
from dbmigration.watch.author import author

_TOLD = (
    "{who} was about to migrate in a process that it forked (multiprocessing). Nothing was migrated there, since the lock, the "
    f"plan and any approval are those of this process alone: {TENANTS}."
)


# In seconds of the processor, what it takes at least to load Alembic. Others may have asked for a version, or a host.
_LEAST = 0.1


class Forks:
    def __init__(self, state: State) -> None:
        self._state = state
        self._process = os.getpid()
        self._have_tried = False
        self._used = _time_of_children()
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)

    @property
    def is_fork(self) -> bool:
        return os.getpid() != self._process

    def refuse(self) -> None:
        """Raises in a fork, in a way that can be handed over to the process that made it."""
        if self.is_fork:
            with contextlib.suppress(OSError):
                os.write(self._write, b".")
            raise RuntimeError(self._told())

    def leave(self, code: int) -> None:
        """Ends a fork, which has come to what only the runner does."""
        if self.is_fork:
            os._exit(code)

    def hear(self) -> None:
        """In the runner, when the project has ended: what its forks have tried, and whether there are other processes."""
        if self.is_fork:
            return
        with contextlib.suppress(BlockingIOError):
            self._have_tried = bool(os.read(self._read, 1)) or self._have_tried
        course, stop = self._state.course, self._state.stop
        if self._have_tried and stop.refusal is None:
            stop.refusal = Refusal(CONFIGURATION_ERROR, self._told())
        course.has_other_processes = not self._have_tried and not course.configured and self._has_had_children()

    def _told(self) -> str:
        return _TOLD.format(who=author(self._state))

    def _has_had_children(self) -> bool:
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            return True
        except ChildProcessError:
            # None that has not been waited for.
            return _time_of_children() > self._used + _LEAST


def _time_of_children() -> float:
    """Of the processor, in those that have ended and were waited for."""
    times = os.times()
    return times.children_user + times.children_system
