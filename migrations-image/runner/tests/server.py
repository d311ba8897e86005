"""What a test asks PostgreSQL itself, beside the runner."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.private_server import private_server, server_binaries

_names = itertools.count(1)

# Everything that a migration may leave in a schema, in words.
_CATALOG = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'index', c.relname, pg_get_indexdef(i.indexrelid), i.indisvalid::text
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid), convalidated::text
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'type', t.typname, t.typtype::text, coalesce((SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder)
  FROM pg_enum e WHERE e.enumtypid = t.oid), '') FROM pg_type t
  WHERE t.typnamespace = 'public'::regnamespace AND t.typtype = 'e'
ORDER BY 1, 2, 3, 4
"""


def create_database(admin: psycopg.Connection[Any], name: str, owner: str) -> None:
    # The default of PostgreSQL 15 and later logs each page, which takes twice the time where nothing waits for a disk.
    strategy = " STRATEGY FILE_COPY" if admin.info.server_version >= 150000 else ""
    admin.execute(f"CREATE DATABASE {name} OWNER {owner}{strategy}")


@dataclass(frozen=True)
class Server:
    url: str


@dataclass(frozen=True)
class Database:
    server: Server
    name: str

    @property
    def password(self) -> str:
        return f"pW9{self.name}"

    def url(self, driver: str = "psycopg", **parts: str) -> str:
        split = urlsplit(self.server.url)
        user = parts.get("user", self.name)
        password = parts.get("password", self.password)
        host = parts.get("host", f"{split.hostname}:{split.port or 5432}")
        return urlunsplit((f"postgresql+{driver}", f"{user}:{password}@{host}", "/" + parts.get("name", self.name), "", ""))

    def connect(self, superuser: bool = False) -> psycopg.Connection[Any]:
        url = self.url().replace("+psycopg", "")
        if superuser:
            url = urlunsplit(urlsplit(self.server.url)._replace(path="/" + self.name))
        return psycopg.connect(url, autocommit=True)

    def execute(self, sql: str, superuser: bool = False) -> None:
        with self.connect(superuser) as connection:
            connection.execute(sql)

    @cached_property
    def _asking(self) -> psycopg.Connection[Any]:
        # Kept, because tests ask again and again until something has happened.
        return self.connect(superuser=True)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self._asking.execute(sql).fetchall()

    def close(self) -> None:
        if "_asking" in vars(self):
            self._asking.close()

    def tables(self) -> list[str]:
        return [row[0] for row in self.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]

    def made(self) -> list[str]:
        """The tables of migrations. That of Alembic is there before the first step, so that it is known who was here."""
        return [name for name in self.tables() if name != "alembic_version"]

    def rows(self) -> list[str]:
        return [row[0] for row in self.query("SELECT version_num FROM alembic_version ORDER BY 1")]

    def catalog(self) -> list[tuple[Any, ...]]:
        return self.query(_CATALOG)

    def sessions(self) -> list[tuple[Any, ...]]:
        """Sessions of the runner that are still there."""
        return self.query(
            "SELECT pid, application_name, state, query FROM pg_stat_activity "
            f"WHERE datname = '{self.name}' AND usename = '{self.name}'"
        )


@contextlib.contextmanager
def server_of_the_tests() -> Iterator[Server]:
    """That of DBMIGRATION_TEST_URL, or a private one."""
    url = os.environ.get("DBMIGRATION_TEST_URL")
    if url:
        yield Server(url.replace("+psycopg", "").replace("+asyncpg", ""))
        return
    binaries = server_binaries()
    if binaries is None:
        raise RuntimeError(
            "These tests need a PostgreSQL: set DBMIGRATION_TEST_URL to a superuser's URL "
            "(postgresql://postgres:…@host/postgres), or install one (apt-get install postgresql)."
        )
    with private_server(binaries) as started:
        yield Server(started)


@contextlib.contextmanager
def new_database(server: Server, admin: psycopg.Connection[Any]) -> Iterator[Database]:
    """Owned by a role of its own that is no superuser, as in production."""
    name = f"t{os.getpid()}_{next(_names)}"
    admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'pW9{name}'")
    create_database(admin, name, name)
    database = Database(server, name)
    yield database
    database.close()
    admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    admin.execute(f"DROP ROLE IF EXISTS {name}")
