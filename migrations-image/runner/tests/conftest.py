"""A PostgreSQL for the tests, and for each test a database and an Alembic project of its own."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.features import FEATURES, lacking, under_test
from tests.private_server import private_server, server_binaries
from tests.project import Project
from tests.server import Database, Server, create_database

_names = itertools.count(1)


def pytest_runtest_setup(item: pytest.Item) -> None:
    features = [feature for marker in item.iter_markers("requires") for feature in marker.args]
    # A test for several drivers has each as a parameter.
    call = getattr(item, "callspec", None)
    if call is not None and "psycopg" in (str(value).split(",")[0] for value in call.params.values()):
        features.append("psycopg")
    for feature in features:
        reason = lacking(FEATURES[feature], under_test())
        if reason is not None:
            pytest.skip(reason)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of DBMIGRATION_TEST_URL, or a private one."""
    url = os.environ.get("DBMIGRATION_TEST_URL")
    if url:
        yield Server(url.replace("+psycopg", "").replace("+asyncpg", ""))
        return
    binaries = server_binaries()
    if binaries is None:
        pytest.fail(
            "These tests need a PostgreSQL: set DBMIGRATION_TEST_URL to a superuser's URL "
            "(postgresql://postgres:…@host/postgres), or install one (apt-get install postgresql)."
        )
    with private_server(binaries) as started:
        yield Server(started)


@pytest.fixture(scope="session")
def admin(server: Server) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        yield connection


@contextlib.contextmanager
def _database(server: Server, admin: psycopg.Connection[Any]) -> Iterator[Database]:
    """Owned by a role of its own that is no superuser, as in production."""
    name = f"t{os.getpid()}_{next(_names)}"
    admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'pW9{name}'")
    create_database(admin, name, name)
    database = Database(server, name)
    yield database
    database.close()
    admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    admin.execute(f"DROP ROLE IF EXISTS {name}")


@pytest.fixture
def database(server: Server, admin: psycopg.Connection[Any]) -> Iterator[Database]:
    with _database(server, admin) as database:
        yield database


@pytest.fixture
def other_database(server: Server, admin: psycopg.Connection[Any]) -> Iterator[Database]:
    with _database(server, admin) as database:
        yield database


@pytest.fixture
def project(tmp_path: Path, database: Database) -> Project:
    return Project(tmp_path / "app", database)


def no_session_is_left(database: Database) -> None:
    """Within the 2 s that are promised, and a little for the asking. A test's own that it has just closed may be there yet."""
    wait_until(lambda: not database.sessions(), seconds=2.5)


def wait_until(condition: object, seconds: float = 20.0) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
