"""Many short runs of the runner and of the `alembic` command: one interpreter that has imported both, and a child for each."""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

RunsChild = Callable[..., tuple[int, str]]


@contextlib.contextmanager
def children(python: str) -> Iterator[RunsChild]:
    """Yields a function that runs `runner` or `alembic` with arguments in a directory, for its exit code and its output."""
    source = Path(__file__)
    parent = subprocess.Popen([python, str(source)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdin is not None
    assert parent.stdout is not None

    def run(arguments: list[str], directory: Path, environment: dict[str, str], log: Path) -> tuple[int, str]:
        asked = {"arguments": arguments, "directory": str(directory), "environment": environment, "log": str(log)}
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(json.dumps(asked) + "\n")
        parent.stdin.flush()
        code = int(parent.stdout.readline())
        return code, log.read_text()

    try:
        yield run
    finally:
        parent.stdin.close()
        parent.wait(10)


def _child(asked: dict[str, Any]) -> None:
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.chdir(asked["directory"])
    os.environ.update(asked["environment"])
    command, *arguments = asked["arguments"]
    if command == "alembic":
        from alembic.config import main

        main(arguments)
    else:
        runpy.run_path(command, run_name="__main__")


def _parent() -> None:
    import alembic.command
    import psycopg
    import sqlalchemy.dialects.postgresql.psycopg  # noqa: F401 - what each child would import again

    assert alembic.command
    assert psycopg
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                _child(json.loads(line))
                code = 0
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 1
            finally:
                sys.stdout.flush()
                os._exit(code & 0xFF)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    _parent()
