"""What foreign keys do to other tables when rows of one are deleted or updated."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbmigration.session.session import Ask

# A table itself, and all that inherits from it, all the way down.
FAMILY = """
WITH RECURSIVE family(number) AS (
    SELECT {number}::pg_catalog.oid
    UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN family f ON i.inhparent OPERATOR(pg_catalog.=) f.number
)
"""
HEIRS = FAMILY + (
    "SELECT f.number::pg_catalog.int8 FROM family f "
    "WHERE f.number OPERATOR(pg_catalog.<>) {number}::pg_catalog.oid ORDER BY f.number"
)
_REFERRING = FAMILY + (
    "SELECT c.conrelid::pg_catalog.int8, c.confdeltype::pg_catalog.text, c.confupdtype::pg_catalog.text, "
    "a.attname::pg_catalog.text FROM pg_catalog.pg_constraint c "
    "JOIN family f ON f.number OPERATOR(pg_catalog.=) c.confrelid "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) c.confrelid "
    "AND a.attnum OPERATOR(pg_catalog.=) ANY (c.confkey) "
    "WHERE c.contype OPERATOR(pg_catalog.=) 'f'::pg_catalog.\"char\""
)
# CASCADE, SET NULL, SET DEFAULT.
_WRITING = ("c", "n", "d")
_DELETING = "c"


def changed(ask: Ask, number: int, is_deleted: bool, columns: tuple[str, ...] | None) -> dict[int, bool]:
    """By the numbers of the tables that are written into, whether rows of them are deleted."""
    found: dict[int, bool] = {}
    todo = [(number, is_deleted, columns)]
    while todo:
        table, deleted, keys = todo.pop()
        for row in ask(_REFERRING.format(number=table)):
            other, on_delete, on_update = int(row[0]), str(row[1]), str(row[2])
            acts = on_delete in _WRITING if deleted else on_update in _WRITING and (keys is None or str(row[3]) in keys)
            goes = deleted and on_delete == _DELETING
            if other == number or not acts or (other in found and found[other] >= goes):
                continue
            found[other] = goes
            todo.append((other, goes, None))
    return _roots(ask, found)


def heirs(ask: Ask, number: int) -> list[int]:
    return [int(row[0]) for row in ask(HEIRS.format(number=number))]


def _roots(ask: Ask, found: dict[int, bool]) -> dict[int, bool]:
    """Without those of their partitions, which have the same keys."""
    below = {heir for number in found for heir in heirs(ask, number)} if len(found) > 1 else set()
    return {number: goes for number, goes in sorted(found.items()) if number not in below}
