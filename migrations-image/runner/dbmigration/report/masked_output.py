"""Bytes on their way to the log, masked by whole lines, since a secret may come in pieces: `print(user, password)` is four
writes."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable
from typing import Any

from dbmigration.report import long_text
from dbmigration.session import threads

# In bytes: of a longer line only the beginning is shown.
_LONGEST_LINE = long_text.LONGEST
# Of what is written at once, so much is looked at in one go, and in between others may have their turn.
_PIECE = 16_384
_TURN = 0.0005
# What is held at most, of lines that are written together.
_MOST = 65_536
# How far before the end such lines are parted, for a secret that is broken into the next one; how much around that is looked
# at for one, and how many places are tried.
_TAIL = 4_096
_AROUND = 8_192
_TRIES = 4
# Of a writer that nobody reads any more.
_PATIENCE = 1.0
# In UTF-8 these begin no character.
_CONTINUING = bytes(range(0x80, 0xC0))


class MaskedOutput(io.BufferedIOBase):
    """Holds a line until it is complete, whoever flushes it: a container runtime shows no part of a line either. In a forked
    child a flush passes on everything, because a child of multiprocessing ends with a flush and no other word."""

    def __init__(self, target: Any, encoding: str, clean: Callable[[str], str]) -> None:
        self._target = target
        self._encoding = encoding
        self._clean = clean
        self._process = os.getpid()
        self._ends = 0
        self._begin_anew()
        os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        """The parent writes what it holds, and whichever of its threads had a lock is not in the child."""
        self._pending = b""
        self._shortened: bytes | None = None
        """The masked beginning of a line that is too long, as long as it goes on."""
        self._left_out = 0
        self._writing = threading.RLock()
        self._lock = threading.RLock()

    def write(self, data: Any) -> int:
        view = memoryview(data)
        view = memoryview(view.tobytes()) if not view.c_contiguous or not view.nbytes else view.cast("B")
        with self._writing:
            ends = self._ends
            for start in range(0, view.nbytes or 1, _PIECE):
                if start:
                    # Who ends the run must not have to wait for megabytes.
                    threads.sleep(_TURN)
                with self._lock:
                    self._check_open()
                    if ends != self._ends:
                        break
                    self._take(view[start : start + _PIECE].tobytes(), start + _PIECE < view.nbytes)
        return view.nbytes

    def _take(self, piece: bytes, is_followed: bool) -> None:
        end = _first_end(piece)
        if self._shortened is None and len(self._pending) - self._end_of_lines() + end > _LONGEST_LINE:
            self._pass_on(self._end_of_lines())
            self._shorten(piece[:end])
        elif self._shortened is not None:
            self._left_out += self._characters(piece[:end])
        if self._shortened is not None:
            if end == len(piece):
                return
            self._tell_left_out()
            piece = piece[end:]
        self._pending += piece
        # Several lines that are written together are masked together, as a secret may be broken into them.
        if self._pending.endswith((b"\n", b"\r")) and not is_followed:
            self._pass_on(len(self._pending))
        elif len(self._pending) > _MOST:
            self._pass_on(self._place_to_part())

    def flush(self) -> None:
        with self._lock:
            self._check_open()
            self._pass_on_all() if os.getpid() != self._process else self._pass_on(self._end_of_lines())
            self._target.flush()

    def end(self) -> None:
        """Passes on the line that was begun as well, and ends it, so that what somebody else writes is a line of its own."""
        if not self._lock.acquire(timeout=_PATIENCE):
            return
        try:
            self._ends += 1
            if self._pending or self._shortened is not None:
                self._pass_on_all()
                self._write(b"\n")
            self._target.flush()
        finally:
            self._lock.release()

    def close(self) -> None:
        with self._lock:
            if not self.closed:
                try:
                    self._pass_on_all()
                finally:
                    super().close()
                    self._target.close()

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file.")

    def _end_of_lines(self, before: int | None = None) -> int:
        return max(self._pending.rfind(b"\n", 0, before), self._pending.rfind(b"\r", 0, before)) + 1

    def _pass_on_all(self) -> None:
        if self._shortened is not None:
            self._tell_left_out()
        self._pass_on(len(self._pending))

    def _pass_on(self, length: int) -> None:
        # Taken before it is written: what cannot be written is not tried again with every further line.
        data, self._pending = self._pending[:length], self._pending[length:]
        self._write(self._masked(data))

    def _write(self, data: bytes) -> None:
        while data:
            written = self._target.write(data)
            if not written:
                return
            data = data[written:]

    def _shorten(self, more: bytes) -> None:
        """The line that was begun, of which this is some more. It is shown when its end is known."""
        line, self._pending = self._pending + more, b""
        text, encoding = self._decoded(line)
        shown, length = long_text.beginning(text, self._clean)
        self._shortened = shown.encode(encoding, "surrogateescape")
        self._left_out = self._characters(line) - self._characters(text[:length].encode(encoding, "surrogateescape"))

    def _tell_left_out(self) -> None:
        assert self._shortened is not None
        data, self._shortened = self._shortened, None
        self._write(data + f"... ({self._left_out} more characters of this line are left out)".encode("ascii"))

    def _characters(self, data: bytes) -> int:
        is_utf8 = self._encoding.lower().replace("-", "") == "utf8"
        return len(data.translate(None, _CONTINUING) if is_utf8 else data)

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

    def _place_to_part(self) -> int:
        """The end of a line where neither side has a piece of a secret that goes on in the other; of the last one, if there is
        no such place."""
        place = len(self._pending)
        for _ in range(_TRIES):
            place = self._end_of_lines(max(0, place - _TAIL))
            before, behind = self._pending[max(0, place - _AROUND) : place], self._pending[place : place + _AROUND]
            if place and self._masked(before) + self._masked(behind) == self._masked(before + behind):
                return place
        return self._end_of_lines()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return bool(self._target.isatty())

    def fileno(self) -> int:
        return int(self._target.fileno())

    @property
    def name(self) -> Any:
        return self._target.name


def _first_end(piece: bytes) -> int:
    """Of the line that goes on in it; all of it where it ends none."""
    return min((place for place in (piece.find(b"\n"), piece.find(b"\r")) if place >= 0), default=len(piece))
