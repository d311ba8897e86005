"""However env.py handles transactions and roles, the first attempt of all is noted, too, and nobody is in its way."""

from __future__ import annotations

import threading

import pytest

from tests.alembic_command import alembic
from tests.conftest import wait_until
from tests.late_attempts import ASLEEP, assert_superseded, four_revisions, is_warned
from tests.project import Project


@pytest.fixture
def one_line(project: Project) -> Project:
    return four_revisions(project)


BEGIN = "with context.begin_transaction():"
# What env.py does about transactions, and whether a first step that fails keeps older attempts out.
WAYS = {
    "a transaction for each step": ("context.configure(", "context.configure(transaction_per_migration=True, ", True),
    "AUTOCOMMIT": ("poolclass=pool.NullPool", 'poolclass=pool.NullPool, isolation_level="AUTOCOMMIT"', True),
    "something written before": (BEGIN, f'{BEGIN}\n            context.execute("CREATE TABLE theirs ()")', True),
    # Another session is of no use then: what it commits the first one does not see, or it finds no schema.
    "REPEATABLE READ": ("poolclass=pool.NullPool", 'poolclass=pool.NullPool, isolation_level="REPEATABLE READ"', False),
    "the schema created": (
        f"target_metadata=None)\n        {BEGIN}",
        f'version_table_schema="fresh")\n        {BEGIN}\n            context.execute("CREATE SCHEMA IF NOT EXISTS fresh")',
        False,
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_however_env_py_handles_transactions_the_first_run_works_and_is_noted(one_line: Project, way: str) -> None:
    old, new, keeps_out = WAYS[way]
    one_line.sync()
    one_line.env_py.write_text(one_line.env_py.read_text().replace(old, new))
    one_line.script("001", upgrade='op.execute("SELECT 1 FROM broken")')
    assert one_line.run("001", attempt=5).reason == "MigrationFailed"
    one_line.script("001")
    late = one_line.run("001", attempt=4)
    if keeps_out:
        assert_superseded(late, 5)
    reached = one_line.run("001", attempt=6) if keeps_out else late
    assert reached.reason == "AtTargetRevision", reached.outcome
    assert_superseded(one_line.run("base", attempt=3), 6 if keeps_out else 4)


@pytest.mark.requires("autobegin")
@pytest.mark.parametrize(
    ("old", "new"),
    [("context.configure(", 'connection.exec_driver_sql("SELECT 1"); context.configure('), (BEGIN, "if True:")],
    ids=["begun before configure()", "none is begun"],
)
def test_a_transaction_that_is_never_committed_is_told_and_keeps_older_attempts_out(
    one_line: Project, old: str, new: str
) -> None:
    one_line.sync()
    one_line.script("002", "001")
    one_line.env_py.write_text(one_line.env_py.read_text().replace(old, new))
    for attempt in (2, 4):
        assert one_line.run("002", attempt=attempt).reason == "NotCommitted"
        assert_superseded(one_line.run("001", attempt=attempt - 1), attempt)
    assert (one_line.database.made(), one_line.database.rows()) == ([], [])


def test_env_py_may_take_on_the_role_that_owns_everything(one_line: Project) -> None:
    name = one_line.database.name
    one_line.database.execute(
        f"CREATE ROLE {name}_owner; GRANT {name}_owner TO {name}; ALTER ROLE {name} NOINHERIT;"
        f"CREATE SCHEMA theirs AUTHORIZATION {name}_owner; GRANT USAGE ON SCHEMA theirs TO {name};"
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {name}_owner IN SCHEMA theirs GRANT SELECT ON TABLES TO {name}",
        superuser=True,
    )
    if one_line.database.connect().info.server_version >= 160000:
        one_line.database.execute(f"GRANT {name}_owner TO {name} WITH INHERIT FALSE, SET TRUE", superuser=True)
    one_line.sync('version_table_schema="theirs"')
    begin = "with context.begin_transaction():"
    one_line.env_py.write_text(
        one_line.env_py.read_text().replace(
            begin, f'{begin}\n            context.execute("SET LOCAL ROLE {name}_owner; SET LOCAL search_path = theirs")'
        )
    )
    try:
        one_line.script("001", upgrade='op.execute("SELECT 1 FROM broken")')
        assert one_line.run("001", attempt=2).reason == "MigrationFailed"
        one_line.script("001")
        assert_superseded(one_line.run("001", attempt=1), 2)
        result = one_line.run("001", attempt=3)
        assert (result.reason, is_warned(result)) == ("AtTargetRevision", False)
        assert_superseded(one_line.run("base", attempt=2), 3)
        owners = one_line.database.query("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'theirs'")
        assert owners == [(f"{name}_owner",)]
    finally:
        one_line.database.execute(f"DROP OWNED BY {name}_owner CASCADE; DROP ROLE {name}_owner", superuser=True)


def test_a_plain_alembic_that_starts_during_the_very_first_run_finds_it_done(one_line: Project) -> None:
    one_line.script("001", upgrade='op.execute("SELECT pg_sleep(2)")')
    running = one_line.start("001")
    wait_until(lambda: one_line.database.query(ASLEEP))
    codes: list[int] = []
    beside = threading.Thread(target=lambda: codes.append(alembic(one_line, "upgrade", "001")))
    beside.start()
    assert running.result().reason == "AtTargetRevision"
    beside.join(20)
    assert (codes, one_line.database.rows()) == ([0], ["001"])
