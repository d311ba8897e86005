"""What holds for a direct connection holds behind a PgBouncer in session mode: the same tests, each with one in between.

These are one or two for each promise; DBMIGRATION_TEST_POOLER=all runs every test of these modules.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pooler import PooledDatabase, pgbouncer
from tests.project import Project
from tests.server import Database
from tests.test_failed_migrations import (  # noqa: F401
    test_a_downgrade_that_raises_is_named_and_leaves_everything,
    test_a_session_that_the_server_ends_is_a_lost_connection,
    test_an_sql_error_is_named_with_revision_and_sqlstate_and_leaves_nothing,
)
from tests.test_fence import line, test_who_comes_late_does_nothing  # noqa: F401
from tests.test_half_applied import (  # noqa: F401
    test_a_concurrent_index_that_fails_is_named_and_never_stamped_over,
    test_a_revision_that_committed_a_part_and_then_failed_is_half_applied,
)
from tests.test_interruption import (  # noqa: F401
    test_sigkill_leaves_no_session_for_long,
    test_sigterm_ends_a_statement_on_the_server_and_rolls_back,
)
from tests.test_lock_safety import (  # noqa: F401
    at_001,
    test_the_application_waits_behind_a_migration_no_longer_than_the_limit,
)
from tests.test_two_at_once import (  # noqa: F401
    test_a_migration_that_lost_its_lock_to_another_one_ends,
    test_two_runners_do_the_work_once,
    test_waiting_for_the_lock_does_not_hang_a_concurrent_index_of_its_holder,
    test_who_does_not_get_the_lock_names_who_has_it,
)

if os.environ.get("DBMIGRATION_TEST_POOLER") == "all":
    from tests.test_beside import test_one_that_waits_for_its_own_migration_does_not_hang  # noqa: F401
    from tests.test_failed_migrations import *  # noqa: F403
    from tests.test_fence import *  # noqa: F403
    from tests.test_half_applied import *  # noqa: F403
    from tests.test_interruption import *  # noqa: F403
    from tests.test_lock_safety import *  # noqa: F403
    from tests.test_two_at_once import *  # noqa: F403


@pytest.fixture
def project(tmp_path: Path, database: Database) -> Iterator[Project]:
    with pgbouncer(database, "session") as pooler:
        pooled = PooledDatabase(database.server, database.name, pooler)
        yield Project(tmp_path / "app", pooled)
        pooled.close()
