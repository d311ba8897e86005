"""What is noted of an index that is built, and that no trace of it stays."""

from __future__ import annotations

from typing import Any

import pytest

from dbmigration.indexes import marks
from dbmigration.indexes.invalid_indexes import InvalidIndex
from dbmigration.session.version_table import VersionTable


@pytest.mark.parametrize("comment", ["", "a", "a\n", "[dbmigration] builds concurrently: nothing", "a\n[dbmigration] builds"])
def test_a_comment_is_restored_to_the_letter(comment: str) -> None:
    written = [comment or None]

    def ask(sql: str) -> list[tuple[Any, ...]]:
        if not sql.startswith("COMMENT"):
            return [(written[-1],)]
        value = sql.partition(" IS ")[2]
        written.append(None if value == "NULL" else value.lstrip("E").strip("'").replace("\\\\", "\\"))
        return []

    table = VersionTable("public", "alembic_version")
    one, two = marks.Mark("s", "größe", 1), marks.Mark("s", "b", 1, 7)
    marks.add(ask, table, one)
    marks.add(ask, table, two)
    assert set(marks.read(ask, table)) == {one, two}
    assert one.is_of(InvalidIndex("s", "größe", "t", False, 5, 1))
    assert not two.is_of(InvalidIndex("s", "b", "t", False, 8, 1))
    marks.remove(ask, table, one)
    marks.remove(ask, table, two)
    assert written[-1] == (comment or None)
