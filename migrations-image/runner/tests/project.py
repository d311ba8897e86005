"""An Alembic project as a stranger would have it, and the runner started on it as the container does."""

from __future__ import annotations

import json
import os
import subprocess
import textwrap
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.features import under_test
from tests.forking import Process, forker
from tests.server import Database

RUNNER = Path(__file__).parent.parent / "dbmigration"
ASYNCHRONOUS = ("asyncpg",)
# "no": every run in an interpreter of its own, as in a container.
FORKED_RUNS = os.environ.get("DBMIGRATION_TEST_FORKED_RUNS", "yes")

# The operator never asks without one.
RESOURCE = {"uid": "0a1b", "created": "2026-01-11T08:00:00Z", "version": "4711"}

INI = """
[alembic]
script_location = %(here)s/migrations
prepend_sys_path = .

[loggers]
keys = root,alembic
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARN
handlers = console
[logger_alembic]
level = INFO
handlers =
qualname = alembic
[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic
[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
"""

SYNC = """
import os
from logging.config import fileConfig
from alembic import context
from sqlalchemy import create_engine, pool

config = context.config
fileConfig(config.config_file_name)

def run_migrations_online():
    engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=None{options})
        with context.begin_transaction():
            context.run_migrations()

run_migrations_online()
"""

ASYNC = """
import asyncio
import os
from logging.config import fileConfig
from alembic import context
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine

config = context.config
fileConfig(config.config_file_name)

def do_run_migrations(connection):
    context.configure(connection=connection, target_metadata=None{options})
    with context.begin_transaction():
        context.run_migrations()

async def run_async_migrations():
    engine = create_async_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(do_run_migrations)
    await engine.dispose()

asyncio.run(run_async_migrations())
"""

SCRIPT = '''
"""{revision}"""
from alembic import op
import sqlalchemy as sa

revision = {revision!r}
down_revision = {down!r}
branch_labels = {labels!r}
depends_on = {depends!r}

def upgrade():
{upgrade}

def downgrade():
{downgrade}
'''


@dataclass
class Result:
    code: int
    outcome: dict[str, Any]
    stdout: str
    stderr: str
    seconds: float

    @property
    def reason(self) -> str:
        return str(self.outcome["reason"])

    @property
    def message(self) -> str:
        return str(self.outcome["message"])

    @property
    def events(self) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.stdout.splitlines() if line.startswith("{")]
        return [line for line in lines if "event" in line]


class Running:
    """A runner that has been started and not yet waited for."""

    def __init__(self, process: Process, log: Path, stdout: Path, stderr: Path) -> None:
        self.process = process
        self._log = log
        self._stdout = stdout
        self._stderr = stderr
        self._started = time.monotonic()

    def log_text(self) -> str:
        return self._log.read_text()

    def printed(self) -> str:
        return self._stdout.read_text()

    def result(self, timeout: float = 40) -> Result:
        try:
            code = self.process.wait(timeout)
        finally:
            self.process.kill()
        seconds = time.monotonic() - self._started
        outcome = json.loads(self._log.read_bytes()) if self._log.exists() else {}
        _collect(outcome)
        return Result(code, outcome, self.printed(), self._stderr.read_text(), seconds)


class Project:
    def __init__(self, directory: Path, database: Database) -> None:
        self.directory = directory
        self.database = database
        self.driver = os.environ.get("DBMIGRATION_TEST_DRIVER", "psycopg")
        self.runner: Path = RUNNER
        self.python = under_test()
        self.words: list[str] | None = None
        """Before the runner, in place of the interpreter alone."""
        self.versions = directory / "migrations" / "versions"
        self.versions.mkdir(parents=True)
        self.ini = directory / "alembic.ini"
        self.ini.write_text(INI)
        self.env_py = directory / "migrations" / "env.py"
        self.use(self.driver)
        self._runs = 0

    def use(self, driver: str, options: str = "") -> None:
        """With an env.py as the driver needs it; psycopg 3 can be used `asynchronously`, too. The `options` are those of
        context.configure()."""
        self.driver, _, way = driver.partition(", ")
        if way or self.driver in ASYNCHRONOUS:
            self.asynchronous(options, self.driver)
        else:
            self.sync(options)

    def sync(self, options: str = "") -> None:
        if self.driver in ASYNCHRONOUS:
            self.driver = "psycopg2"
        self.env_py.write_text(SYNC.format(options=options and ", " + options))

    def asynchronous(self, options: str = "", driver: str = "asyncpg") -> None:
        self.driver = driver
        self.env_py.write_text(ASYNC.format(options=options and ", " + options))

    def script(
        self,
        revision: str,
        down: Any = None,
        upgrade: str | None = None,
        downgrade: str | None = None,
        labels: Any = None,
        depends: Any = None,
        file: str | None = None,
    ) -> Path:
        """A revision; without a body it creates the table `t_REVISION` and drops it again."""
        path = self.versions / (file or f"{revision}.py")
        path.write_text(
            SCRIPT.format(
                revision=revision,
                down=down,
                labels=labels,
                depends=depends,
                upgrade=_body(upgrade or f'op.create_table("t_{revision}", sa.Column("id", sa.Integer, primary_key=True))'),
                downgrade=_body(downgrade or f'op.drop_table("t_{revision}")'),
            )
        )
        return path

    def line(self, *revisions: str, down: str | None = None) -> None:
        for revision in revisions:
            self.script(revision, down)
            down = revision

    def run(self, target: str, timeout: float = 40, **kw: Any) -> Result:
        return self.start(target, **kw).result(timeout)

    def start(
        self,
        target: str,
        *,
        url: str | None = None,
        environment: Mapping[str, str | None] | None = None,
        raw_request: str | None = None,
        anew: bool = False,
        **request: Any,
    ) -> Running:
        """With `anew` in an interpreter of its own, for what can be seen only while one starts."""
        self._runs += 1
        log, stdout, stderr = (self.directory.parent / f"{name}-{self._runs}" for name in ("termination", "stdout", "stderr"))
        asked = {
            "version": 1,
            "name": "team/thing",
            "resource": RESOURCE,
            "attempt": self._runs,
            "target": target,
            "config": "alembic.ini",
            "section": "alembic",
            "arguments": {},
            "database": {"variable": "DATABASE_URL"},
            "timeouts": {"lock": 5000, "statement": 0, "busy": 5000, "run": 0},
        }
        timeouts = request.pop("timeouts", {})
        asked.update(request)
        asked["timeouts"] = {**asked["timeouts"], **timeouts}  # type: ignore[dict-item]
        variables: dict[str, str | None] = {
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "DATABASE_URL": url or self.database.url(self.driver),
            "DBMIGRATION_REQUEST": json.dumps(asked) if raw_request is None else raw_request,
            "DBMIGRATION_TERMINATION_LOG": str(log),
            **(environment or {}),
        }
        given = {name: value for name, value in variables.items() if value is not None}
        is_other = self.words is not None or self.python != under_test() or self.runner != RUNNER
        anew = anew or is_other or any(name.startswith("PYTHON") for name in environment or ())
        for stream in (stdout, stderr):
            stream.touch()
        if anew or FORKED_RUNS == "no":
            with open(stdout, "w") as output, open(stderr, "w") as errors:
                command = [*(self.words or [self.python]), str(self.runner)]
                process: Process = subprocess.Popen(command, cwd=self.directory, env=given, stdout=output, stderr=errors)
        else:
            process = forker(self.python, RUNNER).start([str(self.runner)], self.directory, given, stdout, stderr)
        return Running(process, log, stdout, stderr)


def _collect(outcome: dict[str, Any]) -> None:
    """For a person to read all that the runner says."""
    path = os.environ.get("DBMIGRATION_TEST_MESSAGES")
    if path and outcome:
        with open(path, "a") as file:
            file.write(f"{outcome['reason']}: {outcome['message']}\n")


def _body(code: str) -> str:
    return textwrap.indent(textwrap.dedent(code).strip("\n"), "    ")
