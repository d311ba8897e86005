"""Which index a statement builds, and on which table, as the lexer reads it."""

from __future__ import annotations

import pytest

from dbmigration.sql import index_statement


@pytest.mark.parametrize(
    ("statement", "index", "table"),
    [
        ("CREATE INDEX CONCURRENTLY i ON t (v)", "i", "t"),
        ("  create unique index\nconcurrently if not exists Ix on only S . /* its */ t using btree (v)", "ix", "S.t"),
        ('-- why\n/* and * how */ CREATE INDEX CONCURRENTLY "I ""x" ON "S"."t"(v)', 'I "x', '"S"."t"'),
        ("CREATE INDEX CONCURRENTLY once ON only_t (v)", "once", "only_t"),
        ("CREATE INDEX CONCURRENTLY if ON d.s.t (v); -- at last", "if", "d.s.t"),
        ("CREATE INDEX CONCURRENTLY ON t (v)", None, None),
        ("CREATE INDEX /* CONCURRENTLY */ i ON t (v)", None, None),
        ('CREATE INDEX "concurrently" ON t (v)', None, None),
        ('CREATE INDEX CONCURRENTLY U&"\\0069" ON t (v)', None, None),
        ("CREATE INDEX CONCURRENTLY i ON t (v); SELECT 1", None, None),
        ("CREATE INDEX CONCURRENTLY i ON t (v) WHERE v = 'a", None, None),
        ("CREATE INDEX i ON t (v)", None, None),
        ("DROP INDEX CONCURRENTLY i", None, None),
        ("REINDEX INDEX CONCURRENTLY i", None, None),
        ("SELECT 'CREATE INDEX CONCURRENTLY i ON t (v)'", None, None),
    ],
)
def test_the_index_that_a_statement_builds_is_read_from_it(statement: str, index: str | None, table: str | None) -> None:
    found = index_statement.read(statement)
    assert (found and found.index, found and found.table) == (index, table)
