"""A real PgBouncer between the runner and the server."""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import wait_until
from tests.features import FEATURES, lacking, under_test
from tests.project import Project


@pytest.fixture
def pgbouncer(project: Project, mode: str) -> Iterator[str]:
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.fail("This test needs PgBouncer: apt-get install pgbouncer")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = urlsplit(project.database.server.url)
    # Not below pytest's own directory, which nobody else may enter.
    directory = Path(tempfile.mkdtemp(prefix="dbmigration-pgbouncer-"))
    directory.chmod(0o755)
    users = directory / "users"
    users.write_text(f'"{project.database.name}" "{project.database.password}"\n')
    configuration = directory / "pgbouncer.ini"
    configuration.write_text(
        f"[databases]\n* = host={server.hostname} port={server.port or 5432}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = scram-sha-256\n"
        f"auth_file = {users}\npool_mode = {mode}\n"
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


@pytest.mark.parametrize("mode", ["transaction", "statement", "session"])
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
def test_it_is_refused_before_anything_is_touched(project: Project, pgbouncer: str, mode: str, driver: str) -> None:
    project.use(driver)
    project.line("001")
    result = project.run("head", url=project.database.url(driver, host=pgbouncer))
    # In statement mode it ends the session at the first BEGIN, and not every driver tells with which words.
    heard = driver == "psycopg" or (driver == "asyncpg" and lacking(FEATURES["last_words"], under_test()) is None)
    possible = ["PoolerDetected"] if heard or mode != "statement" else ["PoolerDetected", "ConnectionLost"]
    assert result.reason in possible, result.message
    assert "such as PgBouncer" in result.message
    assert project.database.tables() == []
    assert project.run("head").reason == "AtTargetRevision"
