"""A real PgBouncer before the server of a test."""

from __future__ import annotations

import contextlib
import getpass
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conftest import wait_until
from tests.server import Database


@contextlib.contextmanager
def pgbouncer(database: Database, mode: str, *settings: str) -> Iterator[str]:
    """Its address, while it stands before that database."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.fail("This test needs PgBouncer: apt-get install pgbouncer")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = urlsplit(database.server.url)
    # Not below pytest's own directory, which nobody else may enter.
    directory = Path(tempfile.mkdtemp(prefix="dbmigration-pgbouncer-"))
    directory.chmod(0o755)
    users = directory / "users"
    users.write_text(f'"{database.name}" "{database.password}"\n')
    configuration = directory / "pgbouncer.ini"
    more = "".join(f"{setting}\n" for setting in settings)
    configuration.write_text(
        f"[databases]\n* = host={server.hostname} port={server.port or 5432}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = scram-sha-256\n"
        f"auth_file = {users}\npool_mode = {mode}\n{more}"
    )
    # Like PostgreSQL it refuses to run as root.
    prefix = ["runuser", "-u", "postgres", "--"] if getpass.getuser() == "root" else []
    with Path(directory, "log").open("w") as log:
        process = subprocess.Popen([*prefix, program, str(configuration)], stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: process.poll() is not None or _listens(port))
        assert process.poll() is None, Path(directory, "log").read_text()
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(directory)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True)
class PooledDatabase(Database):
    """One that everybody reaches by a pooler, but for the superuser."""

    pooler: str

    def url(self, driver: str = "psycopg", **parts: str) -> str:
        return super().url(driver, **{"host": self.pooler, **parts})

    def sessions(self) -> list[tuple[Any, ...]]:
        """Without the connections that the pooler keeps for whoever comes next, with nothing left of the last session."""
        return [session for session in super().sessions() if session[2] != "idle" or session[1].startswith("dbmigration")]
