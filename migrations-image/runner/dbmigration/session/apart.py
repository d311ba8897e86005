"""Work in a process of its own, which begins as a copy of this one: what it changes is gone with it.

It has none of this one's connections. A statement on one of them would reach the server, and the answer would be missed here.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import posix
import signal
import stat
import sys
from _socket import MSG_DONTWAIT, MSG_PEEK, SHUT_WR, socketpair
from collections.abc import Callable
from typing import Any, TypeVar

Said = TypeVar("Said")

_AT_ONCE = 1 << 16


class Unsaid(Exception):
    """The process could not be made, or ended before its work did."""


class Sockets:
    """In the copy, in place of those that were open: nothing gets further, and nothing is answered."""

    def __init__(self) -> None:
        self._here, there = socketpair()
        # Who waits for an answer is told that none will come.
        self._here.shutdown(SHUT_WR)
        for number in {int(name) for name in os.listdir("/dev/fd")} - {self._here.fileno(), there.fileno()}:
            # That of the listing itself is closed by now.
            with contextlib.suppress(OSError):
                if stat.S_ISSOCK(os.fstat(number).st_mode):
                    os.dup2(there.fileno(), number, inheritable=False)

    def have_been_written_to(self) -> bool:
        """Since this was asked last."""
        found = False
        with contextlib.suppress(BlockingIOError):
            while self._here.recv(1, MSG_DONTWAIT | MSG_PEEK):
                found = True
                self._here.recv(_AT_ONCE, MSG_DONTWAIT)
        return found


def begin(work: Callable[[Sockets], Said]) -> Callable[[], Said]:
    """Returns at once what waits for the end of the work and gives its result, or raises Unsaid."""
    reading, writing = os.pipe()
    try:
        # Not by a module whose functions env.py may have put others in place of, as gevent does.
        process = posix.fork()
    except OSError as error:
        os.close(reading)
        os.close(writing)
        return _unsaid(f"no process was to be had for it ({error.strerror})")
    if process == 0:
        _work(work, writing)
    os.close(writing)
    return lambda: _heard(process, reading)


def _work(work: Callable[[Sockets], Said], writing: int) -> None:
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        said = pickle.dumps(_outside_of_loops(work, Sockets()))
        while said:
            said = said[posix.write(writing, said) :]
        posix._exit(0)
    finally:
        # Nothing of what waits in this process to be ended or written is the copy's to end or to write.
        posix._exit(1)


def _outside_of_loops(work: Callable[[Sockets], Said], sockets: Sockets) -> Said:
    # From an event loop's greenlet one may wait for the copy of that loop, which waits for this process's sockets.
    greenlet = sys.modules.get("greenlet")
    result: Said = work(sockets) if greenlet is None else greenlet.greenlet(work).switch(sockets)
    return result


def _heard(process: int, reading: int) -> Any:
    said = bytearray()
    while part := os.read(reading, _AT_ONCE):
        said += part
    os.close(reading)
    with contextlib.suppress(ChildProcessError):
        # The project may have said that it wants to hear of no child.
        os.waitpid(process, 0)
    try:
        return pickle.loads(said)
    except (EOFError, pickle.UnpicklingError) as error:
        raise Unsaid("the process in which it was read ended before") from error


def _unsaid(why: str) -> Callable[[], Any]:
    def heard() -> Any:
        raise Unsaid(why)

    return heard
