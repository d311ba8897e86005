"""Steps that are committed, and rows that cannot be read when all is through: what the server has confirmed is told."""

from __future__ import annotations

import pytest

from tests.conftest import wait_until
from tests.project import Project, Result

WAYS = {
    "renamed": "ALTER TABLE alembic_version RENAME TO versions_of_old",
    "moved": "CREATE SCHEMA elsewhere; ALTER TABLE alembic_version SET SCHEMA elsewhere",
    "dropped": "DROP TABLE alembic_version",
}
GATE = 'op.execute("SELECT pg_advisory_lock_shared(1)")'

WAITS = """
SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT granted AND d.datname = current_database()
"""


def _run_while(project: Project, sql: str, gate: int = 3, start: str | None = None) -> Result:
    """Each of four steps in a transaction of its own; before the row of that one is written, somebody does so."""
    for number in range(1, 5):
        made = f'op.execute("CREATE TABLE t_{number} (id int)")'
        parent = f"00{number - 1}" if number > 1 else None
        project.script(f"00{number}", parent, upgrade=f"{made}\n{GATE}" if number == gate else made)
    if start is not None:
        assert project.run(start).code == 0
    with project.database.connect(superuser=True) as holder:
        holder.execute("SELECT pg_advisory_lock(1)")
        running = project.start("head")
        wait_until(lambda: project.database.query(WAITS))
        holder.execute(sql)
        holder.execute("SELECT pg_advisory_unlock(1)")
    return running.result()


@pytest.mark.parametrize("start", [None, "001"])
@pytest.mark.parametrize("way", WAYS)
def test_a_version_table_that_is_gone_meanwhile_says_nothing_of_base(project: Project, way: str, start: str | None) -> None:
    project.sync("transaction_per_migration=True")
    result = _run_while(project, WAYS[way], start=start)
    assert result.reason == "PartiallyApplied", result.message
    assert "public.alembic_version is not there any more" in result.message
    assert "says what it said before" not in result.message
    told = (result.outcome["after"], result.outcome["applied"], result.outcome["left"])
    assert told == (None, 1 if start else 2, ["002"])
    assert "t_2" in project.database.tables()


def test_a_first_transaction_that_was_rolled_back_leaves_no_version_table_to_be_missed(project: Project) -> None:
    project.sync()
    project.script("001", upgrade='op.execute("SELECT 1/0")')
    result = project.run("head")
    assert "says what it said before: base" in result.message
    assert (result.outcome["after"], result.outcome["applied"]) == ([], 0)


@pytest.mark.parametrize("options", ["", "transaction_per_migration=True"])
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000"])
def test_a_password_that_is_changed_meanwhile_hides_the_rows_and_not_what_was_confirmed(
    project: Project, options: str, driver: str
) -> None:
    project.use(driver)
    project.sync(options)
    result = _run_while(project, f"ALTER ROLE {project.database.name} PASSWORD 'another'")
    assert result.reason == "DatabaseUnreachable", result.message
    assert "The server has confirmed what was committed" in result.message
    told = (result.outcome["after"], result.outcome["applied"], result.outcome["left"])
    assert told == (None, 4, ["004"])
