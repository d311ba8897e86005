"""What holds for a direct connection holds behind a PgBouncer in session mode: the same tests, each with one in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pooler import PooledDatabase, pgbouncer
from tests.project import Project
from tests.server import Database
from tests.test_beside import test_one_that_waits_for_its_own_migration_does_not_hang  # noqa: F401
from tests.test_failed_migrations import *  # noqa: F403
from tests.test_half_applied import *  # noqa: F403
from tests.test_interruption import *  # noqa: F403
from tests.test_lock_safety import *  # noqa: F403
from tests.test_lock_safety import at_001  # noqa: F401
from tests.test_two_at_once import *  # noqa: F403


@pytest.fixture
def project(tmp_path: Path, database: Database) -> Iterator[Project]:
    with pgbouncer(database, "session") as pooler:
        pooled = PooledDatabase(database.server, database.name, pooler)
        yield Project(tmp_path / "app", pooled)
        pooled.close()
