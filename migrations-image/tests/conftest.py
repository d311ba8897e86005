"""A database for each test, and Alembic on it as a person would run it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config

from server import Server
from server import server as postgresql

PLATFORM = Path(__file__).parent.parent / "platform"


class Database:
    """A database of its own, with the platform's migrations."""

    def __init__(self, server: Server, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server, self.name = server, name
        self.url = server.url.set(database=name).render_as_string(hide_password=False)
        monkeypatch.setenv("DATABASE_URL", self.url)
        self.config = Config(PLATFORM / "alembic.ini")

    def upgrade(self, revision: str) -> None:
        command.upgrade(self.config, revision)

    def downgrade(self, revision: str) -> None:
        command.downgrade(self.config, revision)

    def preview(self, direction: Callable[..., None], steps: str) -> str:
        """What `alembic upgrade/downgrade STEPS --sql` prints."""
        written = StringIO()
        direction(Config(PLATFORM / "alembic.ini", output_buffer=written), steps, sql=True)
        return written.getvalue()

    def sql(self, statements: str) -> str:
        return self.server.sql(statements, self.name)

    def schema(self) -> str:
        """pg_dump's account of the schema, and the revision that the database says it is at."""
        # Newer versions of pg_dump guard their output with a random key.
        lines = self.server.run("pg_dump", "--schema-only", "--no-comments", database=self.name).splitlines()
        dump = "\n".join(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict")))
        return f"{dump}\nat revision: {self.revision()}"

    def revision(self) -> str:
        return self.sql("SELECT version_num FROM alembic_version")

    def tables(self) -> set[str]:
        """Tables without partitions."""
        rows = self.sql(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition "
            "AND relnamespace = 'public'::regnamespace"
        )
        return set(rows.split())


class Project:
    """A copy of the example that a test may write to, and Alembic's command line in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.versions = directory / "migrations" / "versions"
        shutil.copytree(PLATFORM, directory, ignore=shutil.ignore_patterns("__pycache__"))

    def alembic(self, *arguments: str, url: str | None) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        if url is not None:
            environment["DATABASE_URL"] = url
        return subprocess.run(
            [sys.executable, "-m", "alembic", *arguments],
            cwd=self.directory,
            env=environment,
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with postgresql() as running:
        yield running


@pytest.fixture
def database(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    name = f"platform_{uuid4().hex[:12]}"
    server.sql(f"CREATE DATABASE {name}")
    yield Database(server, name, monkeypatch)
    server.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "platform")
