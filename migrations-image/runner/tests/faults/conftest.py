"""What the stories of faults share."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.faults import check
from tests.faults.cluster import Cluster
from tests.server import Server


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One for each test process: nobody else's tests run on what is restarted here."""
    with Cluster().running() as running:
        yield running


@pytest.fixture(scope="session")
def ledger(server: Server) -> str:
    """On the server of all the other tests, which stays."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        # Test processes start at the same time.
        connection.execute("SELECT pg_advisory_lock(7703)")
        connection.execute(check.LEDGER)
    return server.url
