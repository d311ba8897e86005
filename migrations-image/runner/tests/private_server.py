"""A PostgreSQL of the tests' own, from the binaries that are at hand."""

from __future__ import annotations

import contextlib
import getpass
import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

PASSWORD = "test-superuser-pw"


def server_binaries() -> str | None:
    """The directory of initdb and postgres: DBMIGRATION_TEST_POSTGRES, or the newest of Debian's packages."""
    named = os.environ.get("DBMIGRATION_TEST_POSTGRES")
    if named:
        return named
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    return found[-1] if found else None


@contextlib.contextmanager
def private_server(binaries: str) -> Iterator[str]:
    """Runs one and yields the URL of its superuser."""
    directory = tempfile.mkdtemp(prefix="dbmigration-pg-")
    # PostgreSQL refuses to run as root.
    user = "postgres" if getpass.getuser() == "root" else None
    if user:
        shutil.chown(directory, user)

    def run(*command: str) -> None:
        prefix = ["runuser", "-u", user, "--"] if user else []
        subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")

    password = Path(directory, "password")
    password.write_text(PASSWORD)
    password.chmod(0o644)
    data = f"{directory}/data"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run(f"{binaries}/initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8", "-N")
    options = f"-p {port} -k {directory} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60"
    # For commits in two phases.
    options += " -c max_prepared_transactions=10"
    try:
        run(f"{binaries}/pg_ctl", "-D", data, "-w", "-l", f"{data}/log", "-o", options, "start")
        yield f"postgresql://postgres:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        run(f"{binaries}/pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(directory)
