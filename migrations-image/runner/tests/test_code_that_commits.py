"""A procedure or a block that commits by itself, outside a transaction, and then fails: a part of the step is there."""

from __future__ import annotations

import pytest

from tests.project import Project

BODY = """
DECLARE r record; BEGIN
    FOR r IN SELECT i FROM items ORDER BY i LOOP UPDATE items SET i = 10/(3-i) WHERE i = r.i; {} END LOOP;
END"""
ITEMS = "CREATE TABLE items (i int); INSERT INTO items VALUES (1), (2), (3)"
BLOCK = "with op.get_context().autocommit_block():\n    op.execute({!r})"


def _called(project: Project, ends: str = "COMMIT;") -> None:
    project.database.execute(f"{ITEMS}; CREATE PROCEDURE backfill() LANGUAGE plpgsql AS $$ {BODY.format(ends)} $$")


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg", "pg8000"])
def test_a_procedure_that_fails_may_have_committed_a_part(project: Project, driver: str) -> None:
    project.use(driver)
    _called(project)
    project.script("001", upgrade=BLOCK.format("CALL backfill()"))
    result = project.run("head")
    assert (result.reason, result.outcome["revision"], result.outcome["sqlstate"]) == ("PartiallyApplied", "001", "22012")
    assert "(CALL backfill may have committed a part by itself before it failed)" in result.message
    assert project.database.query("SELECT i FROM items ORDER BY i") == [(3,), (5,), (10,)]


def test_a_block_that_fails_may_have_committed_a_part(project: Project) -> None:
    project.database.execute(ITEMS)
    project.script("001", upgrade=BLOCK.format(f"DO $$ {BODY.format('COMMIT;')} $$"))
    result = project.run("head")
    assert (result.reason, result.outcome["revision"]) == ("PartiallyApplied", "001")
    assert "(DO may have committed a part by itself before it failed)" in result.message


@pytest.mark.parametrize(
    "upgrade",
    [
        # There is none of that name: nothing of it ran.
        BLOCK.format("CALL backfil()"),
        # Within a transaction it may not.
        'op.execute("CALL backfill()")',
        BLOCK.format(f"DO $$ {BODY.format('')} $$"),
        BLOCK.format("DO $$ BEGN COMMIT; $$"),
        BLOCK.format("SELECT 1/0"),
    ],
)
def test_what_cannot_have_committed_is_not_half_applied(project: Project, upgrade: str) -> None:
    _called(project)
    project.script("001", upgrade=upgrade)
    assert project.run("head").reason == "MigrationFailed"
    assert project.database.query("SELECT i FROM items ORDER BY i") == [(1,), (2,), (3,)]
