"""A PostgreSQL for the tests, and for each test a database and an Alembic project of its own."""

from __future__ import annotations

import contextlib
import getpass
import glob
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.project import Project
from tests.server import Database, Server

_names = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of DBMIGRATION_TEST_URL, or a private one from the machine's own PostgreSQL."""
    url = os.environ.get("DBMIGRATION_TEST_URL")
    if url:
        yield Server(url.replace("+psycopg", "").replace("+asyncpg", ""))
        return
    binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    if not binaries:
        pytest.fail(
            "These tests need a PostgreSQL: set DBMIGRATION_TEST_URL to a superuser's URL "
            "(postgresql://postgres:…@host/postgres), or install one (apt-get install postgresql)."
        )
    with _private_server(binaries[-1]) as private:
        yield private


@contextlib.contextmanager
def _private_server(binaries: str) -> Iterator[Server]:
    directory = tempfile.mkdtemp(prefix="dbmigration-pg-")
    # PostgreSQL refuses to run as root.
    user = "postgres" if getpass.getuser() == "root" else None
    if user:
        shutil.chown(directory, user)

    def run(*command: str) -> None:
        prefix = ["runuser", "-u", user, "--"] if user else []
        subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")

    password = Path(directory, "password")
    password.write_text("test-superuser-pw")
    password.chmod(0o644)
    data = f"{directory}/data"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run(f"{binaries}/initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8", "-N")
    options = f"-p {port} -k {directory} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60"
    try:
        run(f"{binaries}/pg_ctl", "-D", data, "-w", "-l", f"{data}/log", "-o", options, "start")
        yield Server(f"postgresql://postgres:test-superuser-pw@127.0.0.1:{port}/postgres")
    finally:
        run(f"{binaries}/pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(directory)


@pytest.fixture
def database(server: Server, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Owned by a role of its own that is no superuser, as in production."""
    name = f"t{os.getpid()}_{next(_names)}"
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'pw-of-{name}'")
        admin.execute(f"CREATE DATABASE {name} OWNER {name}")
    database = Database(server, name)
    yield database
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"DROP ROLE IF EXISTS {name}")


@pytest.fixture
def project(tmp_path: Path, database: Database) -> Project:
    return Project(tmp_path / "app", database)


def wait_until(condition: object, seconds: float = 20.0) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
