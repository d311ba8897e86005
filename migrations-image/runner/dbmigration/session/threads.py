"""The runner's own threads, and what they wait with: the interpreter's, whatever env.py puts in their place.

gevent's monkey.patch_all() and its like replace threads, locks, sleep() and select() everywhere, while these threads are at
work. Theirs need an event loop in each thread, and to make one while the main thread imports something is a deadlock: nobody
would be left who ends the run. So whatever these threads wait with is taken here, before the project's code begins.
"""

from __future__ import annotations

from _thread import allocate_lock, start_new_thread
from collections.abc import Callable
from select import select
from threading import local
from time import sleep

__all__ = ["Thread", "allocate_lock", "is_own", "select", "sleep"]

_here = local()


class Thread:
    """It runs from the beginning, and never keeps the process alive."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._busy = allocate_lock()
        self._busy.acquire()
        start_new_thread(self._run, ())

    def _run(self) -> None:
        _here.is_own = True
        try:
            self._work()
        finally:
            self._busy.release()

    def join(self, seconds: float) -> None:
        """Waits so long at most."""
        if self._busy.acquire(timeout=seconds):
            self._busy.release()


def is_own() -> bool:
    """Whether this thread is one of the runner's. What connects in any other one is env.py's."""
    return getattr(_here, "is_own", False)
