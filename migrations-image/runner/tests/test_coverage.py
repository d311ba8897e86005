"""Whether a statement does no more than what a step was judged by."""

from __future__ import annotations

import pytest

from dbmigration.planning import coverage
from dbmigration.sql import effects


@pytest.mark.parametrize(
    ("sent", "judged", "is_covered"),
    [
        ("DELETE FROM t WHERE a = 1", "DELETE FROM t", True),
        ("DELETE FROM s.t", "DELETE FROM t", False),
        ("DELETE FROM u", "DELETE FROM t", False),
        ("TRUNCATE t CASCADE", "TRUNCATE t", False),
        ("UPDATE t SET a = 1", "UPDATE t SET a = 1, b = 2", True),
        ("UPDATE t SET a = 1, b = 2", "UPDATE t SET a = 1", False),
        ("UPDATE u SET a = 1", "UPDATE t SET a = 1", False),
        ("SELECT f(1)", "SELECT f(2)", True),
        ("SELECT g(1)", "SELECT f(1)", False),
        ("CALL p(1)", "CALL p(2)", True),
        ("CALL p(1)", "CALL q(1)", False),
        ("DROP TABLE a; DROP TABLE b", "DROP TABLE b; DROP TABLE a", True),
        ("DROP TABLE a CASCADE", "DROP TABLE a", False),
        ("ALTER TABLE t ALTER a TYPE int", "ALTER TABLE t ALTER a TYPE text", False),
    ],
)
def test_what_is_sent_is_covered_by_what_was_judged(sent: str, judged: str, is_covered: bool) -> None:
    assert (not list(coverage.uncovered(effects.read(sent), frozenset(effects.read(judged))))) is is_covered


@pytest.mark.parametrize("text", ["ROLLBACK", "ROLLBACK TO SAVEPOINT a", "ABORT", "CREATE TABLE t (id int)", "SELECT 1"])
def test_what_takes_nothing_away_needs_no_plan(text: str) -> None:
    assert all(map(coverage.is_harmless, effects.read(text)))


@pytest.mark.parametrize("text", ["ROLLBACK PREPARED 'x'", "DO $$ BEGIN END $$", "DROP TABLE t", "SET search_path TO a"])
def test_whatever_else_does(text: str) -> None:
    assert not any(map(coverage.is_harmless, effects.read(text)))
