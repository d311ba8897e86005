"""Notes of indexes that are being built, in the comment of the version table.

A note is committed before its index is begun and removed when the index is valid or gone, so whatever kills a run, an
invalid index that it left is noted. The catalog's number of the index is added as soon as there is one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from dbmigration.indexes.invalid_indexes import InvalidIndex
from dbmigration.session import notes
from dbmigration.sql.quote import identifier

if TYPE_CHECKING:
    from dbmigration.session.session import Ask
    from dbmigration.session.version_table import VersionTable


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
    return _marks(notes.read(ask, table))


def add(ask: Ask, table: VersionTable, mark: Mark) -> None:
    _change(ask, table, mark, [mark])


def remove(ask: Ask, table: VersionTable, mark: Mark) -> None:
    _change(ask, table, mark, [])


def _change(ask: Ask, table: VersionTable, mark: Mark, instead: Collection[Mark]) -> None:
    comment = notes.read(ask, table)
    kept = [other for other in _marks(comment) if (other.schema, other.name) != (mark.schema, mark.name)]
    notes.write(ask, table, comment.with_note(notes.BUILDS, [asdict(other) for other in (*kept, *instead)]))


def _marks(comment: notes.Comment) -> tuple[Mark, ...]:
    try:
        return tuple(Mark(**mark) for mark in comment.notes.get(notes.BUILDS, ()))
    except TypeError:
        # Somebody has edited it; what it was to say nobody knows.
        return ()
