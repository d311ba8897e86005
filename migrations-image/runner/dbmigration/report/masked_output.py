"""Bytes on their way to the log, masked by whole lines, since a secret may come in pieces: `print(user, password)` is four
writes."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable
from typing import Any

# In bytes; a container runtime cuts its lines at 16 KiB.
_LONGEST_LINE = 32_768
# What is kept of a longer line, for a secret that goes on in the next write; and how far from there another place is tried.
_TAIL = 4_096
# Of a writer that nobody reads any more.
_PATIENCE = 1.0


class MaskedOutput(io.BufferedIOBase):
    """Holds a line until it is complete, whoever flushes it: a container runtime shows no part of a line either. In a forked
    child a flush passes on everything, because a child of multiprocessing ends with a flush and no other word."""

    def __init__(self, target: Any, encoding: str, clean: Callable[[str], str]) -> None:
        self._target = target
        self._encoding = encoding
        self._clean = clean
        self._pending = b""
        self._process = os.getpid()
        self._lock = threading.RLock()
        os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        """The parent writes what it holds, and whichever of its threads had the lock is not in the child."""
        self._pending = b""
        self._lock = threading.RLock()

    def write(self, data: Any) -> int:
        added = memoryview(data).tobytes()
        with self._lock:
            self._check_open()
            self._pending += added
            # Several lines that are written together are masked together, as a secret may be broken into them.
            if self._pending.endswith((b"\n", b"\r")):
                self._pass_on(len(self._pending))
            elif len(self._pending) > _LONGEST_LINE:
                self._pass_on(self._end_of_lines() or self._place_to_cut())
        return len(added)

    def flush(self) -> None:
        with self._lock:
            self._check_open()
            self._pass_on(self._end_of_lines() if os.getpid() == self._process else len(self._pending))
            self._target.flush()

    def end(self) -> None:
        """Passes on the line that was begun as well, and ends it, so that what somebody else writes is a line of its own."""
        if not self._lock.acquire(timeout=_PATIENCE):
            return
        try:
            if self._pending:
                self._pending += b"\n"
                self._pass_on(len(self._pending))
            self._target.flush()
        finally:
            self._lock.release()

    def close(self) -> None:
        with self._lock:
            if not self.closed:
                try:
                    self._pass_on(len(self._pending))
                finally:
                    super().close()
                    self._target.close()

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file.")

    def _end_of_lines(self) -> int:
        return max(self._pending.rfind(b"\n"), self._pending.rfind(b"\r")) + 1

    def _pass_on(self, length: int) -> None:
        # Taken before it is written: what cannot be written is not tried again with every further line.
        data, self._pending = self._pending[:length], self._pending[length:]
        data = self._masked(data)
        while data:
            written = self._target.write(data)
            if not written:
                return
            data = data[written:]

    def _masked(self, data: bytes) -> bytes:
        text, encoding = self._decoded(data)
        clean = self._clean(text)
        # What holds no secret stays as it is to the byte, whatever it is.
        return data if clean == text else clean.encode(encoding, "surrogateescape")

    def _decoded(self, data: bytes) -> tuple[str, str]:
        try:
            return data.decode(self._encoding, "surrogateescape"), self._encoding
        except UnicodeError:
            return data.decode("utf-8", "surrogateescape"), "utf-8"

    def _place_to_cut(self) -> int:
        """Where neither side has a piece of a secret that goes on in the other; the end, if there is no such place."""
        whole = self._masked(self._pending)
        for place in range(len(self._pending) - _TAIL, 0, -_TAIL):
            if self._masked(self._pending[:place]) + self._masked(self._pending[place:]) == whole:
                return place
        return len(self._pending)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return bool(self._target.isatty())

    def fileno(self) -> int:
        return int(self._target.fileno())

    @property
    def name(self) -> Any:
        return self._target.name
