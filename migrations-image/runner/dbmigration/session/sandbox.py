"""While a script is only read by running it, nothing of it may reach the world: no connection, no process, no file.

What it tries is refused and noted. It may catch the refusal and go another way than it would in earnest, so that nothing it
does then is to be relied on.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from io import StringIO
from typing import Any

from dbmigration.session import threads

# Python's own names of what leaves the process, by how they begin.
_EVENTS = (
    *("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostby"),
    *("subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.kill", "pty.spawn"),
    *("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown"),
    *("shutil.", "tempfile.", "urllib.", "http.", "smtplib.", "ftplib."),
)
_DRIVERS_IN_C = ("psycopg", "psycopg2")
_WRITING = frozenset("wax+")
# Of a module that a script imports Python keeps what it has read.
_CACHED = ".pyc"


class Refused(RuntimeError):
    """What a script may not do while it is only read."""


class Sandbox:
    """Of one thread, and of those that it starts."""

    def __init__(self) -> None:
        self._noted: list[str] = []

    @property
    def refused(self) -> str | None:
        """The first thing that was tried, if anything was."""
        return self._noted[0] if self._noted else None

    def note(self, what: str) -> None:
        """What cannot be answered as it would be in earnest."""
        self._noted.append(what)

    def refuse(self, what: str) -> Refused:
        """To be raised. Noted in any case."""
        self.note(what)
        return Refused(f"{what}, which a plan that is only read may not do")

    @contextlib.contextmanager
    def closed(self) -> Iterator[None]:
        _install()
        others = set(threading.enumerate()) - {threading.current_thread()}
        disabled = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        _guard.others, _guard.sandbox = others, self
        try:
            # It would tell of things that do not happen.
            with contextlib.redirect_stdout(StringIO()), contextlib.redirect_stderr(StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with _threads_followed(), _drivers_closed(), _loops_closed(self):
                    yield
        finally:
            _guard.sandbox = None
            logging.disable(disabled)


class _Guard:
    """What is closed at the moment. An audit hook cannot be taken away again."""

    def __init__(self) -> None:
        self.sandbox: Sandbox | None = None
        self.others: set[threading.Thread] = set()
        self.is_installed = False

    def refuse(self, what: str) -> None:
        """Raises in the threads that are closed in. The runner's own open sessions of theirs at any time."""
        sandbox = self.sandbox
        if sandbox is not None and self._is_inside():
            raise sandbox.refuse(what)

    def begins(self, thread: threading.Thread) -> None:
        """What those begin who are not closed in is not closed in either."""
        if not self._is_inside():
            self.others.add(thread)

    def _is_inside(self) -> bool:
        return not threads.is_own() and threading.current_thread() not in self.others

    def hear(self, event: str, arguments: Any) -> None:
        if self.sandbox is None:
            return
        if event.startswith(_EVENTS):
            self.refuse(event)
        elif event == "import" and arguments[0] in _DRIVERS_IN_C:
            # One that was there before is closed; this one would not be.
            self.refuse(f"importing {arguments[0]}")
        elif event == "open" and _writes(*arguments) and _CACHED not in str(arguments[0]):
            self.refuse("writing a file")


def _writes(_path: Any, mode: Any, flags: Any) -> bool:
    if isinstance(mode, str):
        return not _WRITING.isdisjoint(mode)
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


_guard = _Guard()


def _install() -> None:
    if _guard.is_installed:
        return
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def connecting(*_: Any) -> None:
        _guard.refuse("opening a connection")

    def executing(*_: Any) -> None:
        _guard.refuse("executing a statement on a connection")

    event.listen(Engine, "do_connect", connecting)
    event.listen(Engine, "before_execute", executing)
    event.listen(Engine, "before_cursor_execute", executing)
    sys.addaudithook(_guard.hear)
    _guard.is_installed = True


@contextlib.contextmanager
def _threads_followed() -> Iterator[None]:
    start = threading.Thread.start

    def following(self: threading.Thread) -> None:
        _guard.begins(self)
        start(self)

    threading.Thread.start = following  # type: ignore[method-assign]
    try:
        yield
    finally:
        threading.Thread.start = start  # type: ignore[method-assign]


@contextlib.contextmanager
def _drivers_closed() -> Iterator[None]:
    """Those in C connect without Python's knowledge."""
    with contextlib.ExitStack() as stack:
        psycopg2, psycopg = sys.modules.get("psycopg2"), sys.modules.get("psycopg")
        if psycopg2 is not None:
            stack.enter_context(_guarded(psycopg2, "_connect"))
        kinds = [getattr(psycopg, name, None) for name in ("Connection", "AsyncConnection")]
        owners = [base for kind in kinds for base in getattr(kind, "__mro__", ()) if "_connect_gen" in vars(base)]
        for owner in dict.fromkeys(owners):
            stack.enter_context(_guarded(owner, "_connect_gen"))
        yield


@contextlib.contextmanager
def _loops_closed(sandbox: Sandbox) -> Iterator[None]:
    """Who waits for an event loop hears that there is none, and may catch that."""
    from sqlalchemy import exc

    original = exc.MissingGreenlet

    class MissingGreenlet(original):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kw: Any) -> None:
            sandbox.note("waiting for an event loop")
            super().__init__(*args, **kw)

    exc.MissingGreenlet = MissingGreenlet  # type: ignore[misc]
    try:
        yield
    finally:
        exc.MissingGreenlet = original  # type: ignore[misc]


@contextlib.contextmanager
def _guarded(owner: Any, name: str) -> Iterator[None]:
    original = vars(owner)[name]
    function = original.__func__ if isinstance(original, classmethod) else original

    def guarded(*args: Any, **kw: Any) -> Any:
        _guard.refuse("opening a connection")
        return function(*args, **kw)

    setattr(owner, name, classmethod(guarded) if isinstance(original, classmethod) else guarded)
    try:
        yield
    finally:
        setattr(owner, name, original)
