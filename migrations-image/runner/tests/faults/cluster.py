"""A PostgreSQL that belongs to one test process alone: it may be restarted, killed, filled up, and replaced by its standby."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tests.conftest import wait_until
from tests.private_server import PASSWORD, server_binaries

if TYPE_CHECKING:
    from tests.faults.small_disk import SmallDisk

ROLE = "migrator"
ROLE_PASSWORD = "pw-of-migrator"
_OPTIONS = (
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "max_connections=80",
    # A deadlock is found before the lock timeout of the stories is over.
    "deadlock_timeout=200ms",
    "shared_buffers=32MB",
    "wal_keep_size=64MB",
)


class Instance:
    """One data directory and the server that runs on it."""

    def __init__(self, directory: str) -> None:
        binaries = server_binaries()
        assert binaries, "These tests restart, kill and fill a PostgreSQL of their own: apt-get install postgresql"
        self._binaries = binaries
        self.directory = directory
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if getpass.getuser() == "root" else None
        if self._user:
            shutil.chown(directory, self._user)
        self.data = f"{directory}/data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{PASSWORD}@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        password = Path(self.directory, "password")
        password.write_text(PASSWORD)
        password.chmod(0o644)
        self._run("initdb", "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8", "-N")

    def copy_of(self, primary: Instance) -> None:
        """Becomes a standby of a server that runs."""
        source = f"host=127.0.0.1 port={primary.port} user=postgres password={PASSWORD}"
        self._run("pg_basebackup", "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")

    def start(self) -> None:
        options = " ".join(f"-c {option}" for option in (*_OPTIONS, f"port={self.port}"))
        self._run("pg_ctl", "-w", "-l", f"{self.directory}/log", "-o", f"{options} -k {self.directory}", "start")

    def stop(self, mode: str) -> None:
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def promote(self) -> None:
        self._run("pg_ctl", "-w", "promote")

    def _run(self, program: str, *arguments: str) -> None:
        prefix = ["runuser", "-u", self._user, "--"] if self._user else []
        command = [*prefix, f"{self._binaries}/{program}", "-D", self.data, *arguments]
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/")
        # Not read by a pipe that the server would inherit and keep open.
        assert done.returncode == 0, f"{program} failed: {done.stdout}"


class Cluster:
    """The primary of the moment. What it was before a failover is gone for good."""

    def __init__(self) -> None:
        self.primary = Instance(tempfile.mkdtemp(prefix="dbmigration-pg-"))
        self.standby: Instance | None = None
        self.disk: SmallDisk | None = None
        self._lock = threading.Lock()
        self._names = 0

    @contextlib.contextmanager
    def running(self) -> Iterator[Cluster]:
        self.primary.create()
        self.primary.start()
        try:
            with self.ask() as connection:
                connection.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{ROLE_PASSWORD}'")
            yield self
        finally:
            for instance in filter(None, (self.standby, self.primary)):
                instance.stop("immediate")
                shutil.rmtree(instance.directory)

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.primary.port

    @contextlib.contextmanager
    def ask(self, database: str = "postgres") -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(self.primary.url, dbname=database, autocommit=True) as connection:
            yield connection

    def new_name(self) -> str:
        with self._lock:
            self._names += 1
            return f"s{os.getpid()}_{self._names}"

    def restart(self, mode: str) -> None:
        self.primary.stop(mode)
        self.primary.start()

    def crash(self) -> None:
        """One backend is killed, as by the kernel when memory runs out: the server ends all others and recovers."""
        with self.ask() as connection:
            pid = connection.info.backend_pid
            os.kill(pid, signal.SIGKILL)
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        def answers() -> bool:
            try:
                with self.ask() as connection:
                    connection.execute("SELECT 1")
            except psycopg.OperationalError:
                return False
            return True

        wait_until(answers)

    def follow(self) -> Instance:
        """Starts a standby that has everything the primary has."""
        self.standby = Instance(tempfile.mkdtemp(prefix="dbmigration-pg-"))
        self.standby.copy_of(self.primary)
        self.standby.start()
        self.wait_for_standby()
        return self.standby

    def wait_for_standby(self) -> None:
        with self.ask() as connection:
            wait_until(
                lambda: connection.execute(
                    "SELECT 1 FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()"
                ).fetchall()
            )

    def fail_over(self) -> None:
        """The primary dies without a word, and the standby takes its place."""
        standby, gone = self.standby, self.primary
        assert standby is not None
        self.wait_for_standby()
        gone.stop("immediate")
        standby.promote()
        self.primary, self.standby = standby, None
        shutil.rmtree(gone.directory)
