"""Notes of indexes that are being built, in the one place that is there, is ours and lives as long as the rows: the last
line of the version table's comment. What the comment said before stays as it is.

A note is committed before its index is begun and removed when the index is valid or gone, so whatever kills a run, an
invalid index that it left is noted. The catalog's number of the index is added as soon as there is one.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from dbmigration.indexes import InvalidIndex
from dbmigration.session import identifier, literal

if TYPE_CHECKING:
    from dbmigration.second import Ask
    from dbmigration.session import VersionTable

_PREFIX = "[dbmigration] builds concurrently: "


@dataclass(frozen=True)
class Mark:
    schema: str
    name: str
    table: int
    """The catalog's number of the table."""
    index: int | None = None
    """The catalog's number of the index; None as long as it is not known."""

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def quoted(self) -> str:
        return f"{identifier(self.schema)}.{identifier(self.name)}"

    def is_of(self, found: InvalidIndex) -> bool:
        same = (found.schema, found.name, found.table_number) == (self.schema, self.name, self.table)
        return same and self.index in (None, found.number)


def read(ask: Ask, table: VersionTable) -> tuple[Mark, ...]:
    return _split(_comment(ask, table))[1]


def add(ask: Ask, table: VersionTable, mark: Mark) -> None:
    _change(ask, table, mark, [mark])


def remove(ask: Ask, table: VersionTable, mark: Mark) -> None:
    _change(ask, table, mark, [])


def _change(ask: Ask, table: VersionTable, mark: Mark, instead: Collection[Mark]) -> None:
    text, marks = _split(_comment(ask, table))
    kept = [other for other in marks if (other.schema, other.name) != (mark.schema, mark.name)]
    written = [asdict(other) for other in (*kept, *instead)]
    if written:
        text = (f"{text}\n" if text else "") + _PREFIX + json.dumps(written)
    # A percent sign is a placeholder to some drivers, wherever it stands.
    value = ("E" + literal(text).lstrip("E").replace("%", "\\x25") if "%" in text else literal(text)) if text else "NULL"
    ask(f"COMMENT ON TABLE {table.quoted} IS {value}")


def _comment(ask: Ask, table: VersionTable) -> str:
    found = ask(f"SELECT pg_catalog.obj_description(pg_catalog.to_regclass({literal(table.quoted)}), 'pg_class')")
    return found[0][0] or ""


def _split(comment: str) -> tuple[str, tuple[Mark, ...]]:
    """What somebody else wrote, and the marks."""
    text, _, last = comment.rpartition("\n")
    if not last.startswith(_PREFIX):
        return comment, ()
    try:
        return text, tuple(Mark(**mark) for mark in json.loads(last[len(_PREFIX) :]))
    except (ValueError, TypeError):
        # Somebody has edited it; what it was to say nobody knows.
        return comment, ()
