"""What writing into tables loses: their rows, what they held, and what is reached from there by foreign keys and triggers."""

from __future__ import annotations

from dbmigration.planning.columns_of_a_plan import Columns
from dbmigration.planning.findings import Findings
from dbmigration.planning.holdings import Catalog, Held
from dbmigration.planning.names_of_a_plan import Names, Relation, Standing
from dbmigration.planning.sequences import Sequences
from dbmigration.planning.tables_of_a_plan import Tables
from dbmigration.planning.triggers import Triggers
from dbmigration.sql import effect as made
from dbmigration.sql.names import Name

_DOING = {"delete": "deleting from", "update": "updating", "truncate": "emptying"}
_LOST = {"delete": "rows of table {}", "update": "what rows of table {} hold", "truncate": "rows of table {}"}


class Writes:
    def __init__(
        self, catalog: Catalog, names: Names, tables: Tables, columns: Columns, sequences: Sequences, findings: Findings
    ) -> None:
        self._catalog = catalog
        self._names = names
        self._tables = tables
        self._columns = columns
        self._sequences = sequences
        self._findings = findings
        self._triggers = Triggers(catalog)
        self._references_made = False
        self._acting_on: set[str] = set()
        """Upon which events foreign keys that the plan makes write into tables that were there."""

    def truncate(self, effect: made.Truncate) -> None:
        table = self._tables.named(effect.table, "emptying table")
        if effect.cascade and self._references_made:
            self._findings.unknown(f"emptying {effect.table} with what refers to it: the plan makes foreign keys")
        if table is None:
            return
        self._lose(table, effect.table, "truncate")
        emptied = self._catalog.emptied_with(table) if effect.cascade else []
        for other in emptied:
            self._lose(other, self._findings.told(other), "truncate")
        for one in (table, *emptied) if effect.restarts else ():
            self._sequences.lose_positions(one)

    def delete(self, effect: made.Delete) -> None:
        table = self._tables.named(effect.table, "deleting from")
        if table is not None:
            self._lose(table, effect.table, "delete")
            self._lose_referring(table, None, "delete")
        elif self._triggers.fire(None, "delete"):
            self._findings.unknown(f"deleting from {effect.table}: the plan makes triggers")
        self._doubt_references(effect.table, "delete")

    def update(self, effect: made.Update) -> None:
        table = self._tables.named(effect.table, "updating")
        if table is None:
            if self._triggers.fire(None, "update"):
                self._findings.unknown(f"updating {effect.table}: the plan makes triggers")
        elif effect.columns is None or any(self._was_there(table, column) for column in effect.columns):
            self._lose(table, effect.table, "update")
            self._lose_referring(table, effect.columns, "update")
        elif self._triggers.fire(table, "update"):
            self._findings.unknown(f"updating {effect.table}: it has triggers")
        self._doubt_references(effect.table, "update")

    def insert(self, effect: made.Insert) -> None:
        table = self._tables.named(effect.table, "inserting into")
        is_view = table is not None and table.kind not in ("r", "p", "f")
        if is_view or self._triggers.fire(table, "insert"):
            self._findings.unknown(f"inserting into {effect.table}: it has triggers or rules")
        self._triggers.add_rows(table)

    def merge(self, effect: made.Merge) -> None:
        if "insert" in effect.actions:
            self.insert(made.Insert(effect.table))
        if "update" in effect.actions or "delete" in effect.actions:
            self.update(made.Update(effect.table))
        if "delete" in effect.actions:
            meaning = self._names.meaning(effect.table)
            table = meaning if isinstance(meaning, Relation) else None
            if self._triggers.fire(table, "delete"):
                self._findings.unknown(f"deleting from {effect.table}: it has triggers")
            if table is not None:
                self._lose_referring(table, None, "delete")
            self._doubt_references(effect.table, "delete")

    def attach(self, parent: Name) -> None:
        """What is attached may hold rows, and a partition gets the triggers of what is above it."""
        meaning = self._names.meaning(parent)
        if isinstance(meaning, Relation):
            self._triggers.add_rows(meaning)
            self._triggers.copy(meaning)

    def make_trigger(self, effect: made.CreateTrigger) -> None:
        self._triggers.make(effect)

    def refer(self, effect: made.ReferTo) -> None:
        if self._names.meaning(effect.table) is Standing.MADE and not self._names.children(effect.table):
            # What is in it was not there before.
            return
        self._references_made = True
        self._acting_on.update(["delete"] * effect.on_delete + ["update"] * effect.on_update)

    def _was_there(self, table: Relation, column: str) -> bool:
        return not self._columns.is_made(table, column) or bool(self._columns.held(table, column))

    def _lose(self, table: Relation, name: Name | str, how: str) -> None:
        if not table.is_table:
            self._findings.unknown(f"{_DOING[how]} {name}: it is no table")
            return
        self._tables.lose_rows(table, _LOST[how])
        if self._triggers.fire_without_rows(table, how):
            self._findings.unknown(f"{_DOING[how]} {name}: it has triggers")

    def _lose_referring(self, table: Relation, columns: tuple[str, ...] | None, how: str) -> None:
        """What a foreign key deletes or overwrites with it; nothing refers to a table without rows."""
        if not table.is_table or self._catalog.rows(table) == Held(""):
            return
        known = None if columns is None else tuple(self._columns.before(table, column) or column for column in columns)
        for other, is_deleted in self._catalog.changed_with(table, how, known):
            self._lose(other, self._findings.told(other), "delete" if is_deleted else "update")

    def _doubt_references(self, name: Name, how: str) -> None:
        if how in self._acting_on:
            self._findings.unknown(f"{_DOING[how]} {name}: the plan makes foreign keys that write into others then")
