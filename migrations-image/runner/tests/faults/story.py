"""One story: a run comes to a moment, a fault strikes, and what is left is looked at; then the same request again."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from dbmigration.session.lock import SPACE
from tests.conftest import wait_until
from tests.faults.cluster import ROLE, ROLE_PASSWORD, Cluster
from tests.faults.kinds import PREPARED
from tests.faults.proxy import Proxy
from tests.faults.table import Case
from tests.project import Project, Result, Running
from tests.server import Database, Server, create_database

# Bounded, because the operator's are: a lock, a statement and a whole run that never end would hide a fault.
_TIMEOUTS = {"lock": 500, "statement": 0, "busy": 10000, "run": 0}
_GATES = {"inside 1": 1, "inside 2": 2, "later in 2": 12, "inside 3": 3}


class Story:
    def __init__(self, case: Case, cluster: Cluster, ledger: str, directory: Path) -> None:
        self.case = case
        self.cluster = cluster
        self.name = cluster.new_name()
        self.ledger = ledger
        self.place = directory / self.name
        self.place.mkdir()
        self.proxy = Proxy(lambda: cluster.address)
        self.project = Project(self.place / "app", Database(Server(cluster.primary.url), self.name))
        self.timeouts = dict(_TIMEOUTS)
        self.runs = 0
        self.running: Running | None = None
        self._gate: psycopg.Connection[Any] | None = None
        self.cleanup: list[Callable[[], None]] = []

    @property
    def stop_at(self) -> str:
        """Where the runner stops by itself; inside a statement it is the server that stops."""
        return self.case.moment

    def prepare(self) -> None:
        self.case.kind.write(self.project)
        shutil.copy(Path(__file__).with_name("witness.py"), self.project.directory / "witness.py")
        with self.cluster.ask() as admin:
            create_database(admin, self.name, ROLE)
        with self.ask() as connection:
            connection.execute(f"ALTER SCHEMA public OWNER TO {ROLE}; SET ROLE {ROLE}; {PREPARED}")
            kind = self.case.kind
            (row,) = kind.rows[0]
            connection.execute(f"INSERT INTO alembic_version VALUES ('{row}')")
            if self.case.fault == "disk full":
                connection.execute("RESET ROLE; ALTER TABLE items SET TABLESPACE small")
            for revision, parent in kind.graph().items():
                if row != "001" and parent < row and revision.startswith("0"):
                    connection.execute(f"ALTER TABLE items ADD COLUMN c_{revision} int DEFAULT 0")

    def ask(self) -> Any:
        return self.cluster.ask(self.name)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with self.ask() as connection:
            return list(connection.execute(sql).fetchall())

    def start(self, stop_at: str = "") -> Running:
        self.runs += 1
        environment = {
            "WITNESS_STOP": stop_at,
            "WITNESS_PLACE": str(self.place),
            "WITNESS_STORY": self.name,
            "WITNESS_RUN": str(self.runs),
            "WITNESS_LEDGER": self.ledger,
            "DATABASE_URL": f"postgresql+{self.project.driver}://{ROLE}:{ROLE_PASSWORD}@{self.proxy.host}/{self.name}",
        }
        return self.project.start(self.case.kind.target, environment=environment, timeouts=self.timeouts)

    def reach(self) -> None:
        """Returns when the run is at the moment of the case and stays there."""
        moment = self.case.moment
        gate = _GATES.get(moment)
        if moment in ("in COMMIT", "COMMIT unanswered"):
            gate = 90 + self.case.kind.commit_of
        if gate is not None:
            self.close_gate(gate)
        if moment == "while connecting":
            self.proxy.silent = True
        self.running = self.start(moment)
        if moment == "while connecting":
            self._wait_for(lambda: self.proxy.links)
        elif gate is not None:
            self._wait_for(lambda: self.at_gate(gate))
        else:
            self._wait_for((self.place / "reached").exists)
        if moment == "COMMIT unanswered":
            self.proxy.hold_answers()
            self.open_gate()
            wait_until(lambda: self.rows() == self.case.kind.rows[self.case.kind.commit_of])
        if moment == "while the rows are read":
            self._block_the_reading()

    def _block_the_reading(self) -> None:
        blocker = psycopg.connect(self.cluster.primary.url, dbname=self.name, autocommit=True)
        blocker.execute("BEGIN; LOCK TABLE alembic_version")
        self.cleanup.append(blocker.close)
        self.go()
        wait_until(lambda: self.sessions("application_name = 'dbmigration observer' AND wait_event_type = 'Lock'"))

    def unblock(self) -> None:
        while self.cleanup:
            self.cleanup.pop()()

    def _wait_for(self, condition: Callable[[], object]) -> None:
        def there() -> object:
            assert self.running is not None
            if self.running.process.poll() is not None:
                result = self.running.result()
                raise AssertionError(f"the run ended before the moment: {result.outcome}\n{result.stderr}")
            return condition()

        wait_until(there, 40)

    def go(self) -> None:
        (self.place / "go").touch()

    def close_gate(self, gate: int) -> None:
        self._gate = psycopg.connect(self.cluster.primary.url, dbname=self.name, autocommit=True)
        self._gate.execute(f"SET application_name = 'gate'; SELECT pg_advisory_lock(7701, {gate})")

    def at_gate(self, gate: int) -> bool:
        assert self._gate is not None
        sql = f"SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 7702 AND objid = {gate} AND granted"
        return bool(
            self._gate.execute(f"{sql} AND database = (SELECT oid FROM pg_database WHERE datname = '{self.name}')").fetchall()
        )

    def open_gate(self) -> None:
        if self._gate is not None:
            self._gate.close()
            self._gate = None

    def rows(self) -> tuple[str, ...]:
        return tuple(str(row[0]) for row in self.query("SELECT version_num FROM alembic_version ORDER BY 1"))

    def sessions(self, condition: str = "true") -> list[tuple[Any, ...]]:
        """Of the runner."""
        return self.query(
            "SELECT pid, application_name, state, wait_event, query FROM pg_stat_activity "
            f"WHERE datname = '{self.name}' AND usename = '{ROLE}' AND {condition}"
        )

    def migrating_pid(self) -> int:
        condition = "application_name LIKE 'dbmigration team/%'"
        if self.case.moment == "while the rows are read":
            condition = "application_name = 'dbmigration observer'"
        [(pid, *_)] = self.sessions(condition)
        return int(pid)

    def result(self) -> Result:
        assert self.running is not None
        return self.running.result(60)

    def nothing_left(self) -> None:
        """Two seconds after the run has ended there is no session of it, and so no lock."""
        left: list[Any] = []

        def gone() -> bool:
            left[:] = self.sessions()
            return not left

        started = time.monotonic()
        while not gone():
            assert time.monotonic() - started < 2, f"left behind: {left}"
            time.sleep(0.02)
        locks = self.query(
            f"SELECT 1 FROM pg_locks WHERE classid = {SPACE} AND database = (SELECT oid FROM pg_database "
            f"WHERE datname = '{self.name}')"
        )
        assert locks == []

    def end(self) -> None:
        self.unblock()
        self.open_gate()
        if self.running is not None:
            self.running.process.kill()
            self.running.process.wait()
        self.proxy.close()
        with self.cluster.ask() as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def terminate(self, number: int) -> None:
        assert self.running is not None
        os.kill(self.running.process.pid, number)

    def in_background(self, work: Callable[[], object]) -> threading.Thread:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread
