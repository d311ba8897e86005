"""A PostgreSQL for the tests, and for each test a database and an Alembic project of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.combinations import diagonal
from tests.features import FEATURES, lacking, under_test
from tests.project import Project
from tests.server import Database, Server, new_database, server_of_the_tests


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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("DBMIGRATION_TEST_COMBINATIONS") == "all":
        return
    kept = diagonal(items)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with server_of_the_tests() as found:
        yield found


@pytest.fixture(scope="session")
def admin(server: Server) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def database(server: Server, admin: psycopg.Connection[Any]) -> Iterator[Database]:
    with new_database(server, admin) as database:
        yield database


@pytest.fixture
def other_database(server: Server, admin: psycopg.Connection[Any]) -> Iterator[Database]:
    with new_database(server, admin) as database:
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
