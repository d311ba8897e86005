"""Runs of the runner and of the `alembic` command in a fraction of their time, nearly all of which is spent on imports.

One interpreter imports the libraries and what a runner loads before it comes to the project, and each run is a child that it
forks: with modules that nobody has used, and with the directory, environment, streams and process id of its own. What it cannot
show is how an interpreter starts.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, Protocol

LIBRARIES = (
    *("alembic.command", "alembic.config", "asyncio", "logging.config", "sqlalchemy.ext.asyncio"),
    *(f"sqlalchemy.dialects.postgresql.{driver}" for driver in ("asyncpg", "pg8000", "psycopg", "psycopg2")),
    *("asyncpg", "pg8000.dbapi", "psycopg", "psycopg2.extras", "flask", "flask_migrate", "flask_sqlalchemy"),
)


class Process(Protocol):
    """What a test does with a run; `subprocess.Popen` can do it, too."""

    pid: int
    returncode: int | Any

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


class Child:
    """A run that was forked."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lines = connection.makefile()
        self.pid = int(self._lines.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._connection], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            self.returncode = int(self._lines.readline())
            self._lines.close()
            self._connection.close()
        return self.returncode

    def send_signal(self, sig: int) -> None:
        # One that has ended may have left its number to somebody else.
        if self.poll() is None:
            os.kill(self.pid, sig)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Forker:
    """The interpreter that has imported the libraries."""

    def __init__(self, python: str, runner: Path) -> None:
        """`runner` is the directory that every child runs, to be compiled once."""
        self._directory = tempfile.TemporaryDirectory(prefix="dbmigration-forker-")
        self._address = f"{self._directory.name}/socket"
        self._process = subprocess.Popen(
            [python, __file__, self._address, f"{self._directory.name}/compiled", str(runner)],
            env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"
        atexit.register(self.close)

    def start(self, arguments: list[str], directory: Path, environment: Mapping[str, str], stdout: Path, stderr: Path) -> Child:
        """Starts `alembic ARGUMENTS` or the directory of a runner."""
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self._address)
        asked = {
            "arguments": arguments,
            "directory": str(directory),
            "environment": dict(environment),
            "streams": ["/dev/null", str(stdout), str(stderr)],
        }
        connection.sendall(json.dumps(asked).encode() + b"\n")
        return Child(connection)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._directory.cleanup()


_forkers: dict[str, Forker] = {}
_starting = threading.Lock()


def forker(python: str, runner: Path) -> Forker:
    """The one of this test process for this interpreter."""
    with _starting:
        if python not in _forkers:
            _forkers[python] = Forker(python, runner)
        return _forkers[python]


def _serve(address: str, compiled: str, runner: str) -> None:
    import compileall
    import gc
    import importlib

    for name in LIBRARIES:
        # Not every image has all of them, nor knows every SQLAlchemy all of them.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # Not beside the sources, which may belong to somebody else. And nothing else is compiled: of a script that a test
    # writes twice within a second, the first would be run again.
    sys.pycache_prefix = compiled
    compileall.compile_dir(runner, quiet=1)
    sys.dont_write_bytecode = True
    _load(runner)
    gc.freeze()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    ended, woken = os.pipe()
    for end in (ended, woken):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    print("ready", flush=True)
    children: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([listener, sys.stdin, ended], [], [])
        if sys.stdin in ready:
            # The tests have ended.
            return
        if ended in ready:
            os.read(ended, 4096)
            _tell_ends(children)
        if listener in ready:
            connection, _ = listener.accept()
            with connection.makefile() as lines:
                asked = json.loads(lines.readline())
            child = os.fork()
            if child == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for inherited in (listener, connection, *children.values()):
                    inherited.close()
                os.close(ended)
                os.close(woken)
                _run(asked)
            children[child] = connection
            _tell(connection, child)


def _tell_ends(children: dict[int, socket.socket]) -> None:
    for child in list(children):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            with children.pop(child) as connection:
                _tell(connection, os.waitstatus_to_exitcode(status))


def _tell(connection: socket.socket, number: int) -> None:
    # A test that has ended does not ask any more.
    with contextlib.suppress(BrokenPipeError):
        connection.sendall(f"{number}\n".encode())


def _load(runner: str) -> None:
    import importlib.util

    # Under the name that the runner gives itself, and nothing of what it loads once the project's code has run.
    spec = importlib.util.spec_from_file_location("dbmigration", f"{runner}/__init__.py", submodule_search_locations=[runner])
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["dbmigration"] = package
    spec.loader.exec_module(package)
    importlib.import_module("dbmigration.run")


def _run(asked: dict[str, Any]) -> NoReturn:
    import runpy
    import traceback

    code = 0
    try:
        for number, name in enumerate(asked["streams"]):
            stream = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(asked["directory"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        command, *arguments = asked["arguments"]
        if command == "alembic":
            from alembic.config import main

            main(arguments)
        else:
            runpy.run_path(command, run_name="__main__")
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        os._exit(code & 0xFF)


if __name__ == "__main__":
    # The directory of the tests, whose modules a project may have, too.
    del sys.path[0]
    _serve(*sys.argv[1:])
