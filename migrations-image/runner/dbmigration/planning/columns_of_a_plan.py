"""Which column a name means in the midst of a plan: what an earlier step adds, renames or drops is followed, down to all
tables that inherit it."""

from __future__ import annotations

from dbmigration.planning.holdings import Catalog
from dbmigration.planning.names_of_a_plan import Relation

_Key = tuple[int, str]


class Columns:
    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._made: set[_Key] = set()
        self._renamed: dict[_Key, str] = {}
        self._gone: set[_Key] = set()
        self._are_heirs_known = True

    def is_made(self, table: Relation, column: str) -> bool:
        """By an earlier step; an heir of the table may have had one of that name all the same."""
        return (table.number, column) in self._made

    def before(self, table: Relation, column: str) -> str | None:
        """What the one of that name was called before the plan; None for one that was not there."""
        key = (table.number, column)
        if key in self._renamed:
            return self._renamed[key]
        is_there = key not in self._gone and self._catalog.column(table, column) is not None
        return column if is_there else None

    def held(self, table: Relation, column: str) -> list[tuple[Relation, str]]:
        """Where it was before the plan, with its name: what the table has, its heirs have of it; or else in which of these."""
        family = [table] if self.before(table, column) is not None else self._catalog.heirs(table)
        return [(one, name) for one in family for name in (self.before(one, column),) if name is not None]

    def add(self, table: Relation, column: str) -> None:
        for one in self._family(table):
            # One that an heir has already becomes the same one.
            if self.before(one, column) is None:
                self._made.add((one.number, column))

    def rename(self, table: Relation, column: str, to: str) -> None:
        for one in self._family(table):
            old, new = (one.number, column), (one.number, to)
            if old in self._made and old not in self._renamed:
                self._made.discard(old)
                self._made.add(new)
            elif old not in self._gone or old in self._renamed:
                self._renamed[new] = self._renamed.get(old, column)
                self._gone.discard(new)
                if self._are_heirs_known or one is table:
                    self._renamed.pop(old, None)
                    self._gone.add(old)

    def drop(self, table: Relation, column: str) -> None:
        # Of another parent an heir may keep it.
        for one in self._family(table) if table.kind == "p" and self._are_heirs_known else [table]:
            key = (one.number, column)
            if key in self._made and key not in self._renamed:
                self._made.discard(key)
            else:
                self._renamed.pop(key, None)
                self._gone.add(key)

    def release_heirs(self) -> None:
        """One of them may be none from now on, and keep a column as it is."""
        self._are_heirs_known = False

    def _family(self, table: Relation) -> list[Relation]:
        return [table, *self._catalog.heirs(table)]
