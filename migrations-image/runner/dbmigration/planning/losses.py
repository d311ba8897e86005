"""What the steps of a plan would delete of what is there: their effects in order, and of each object whether it holds anything.

When in doubt it is a loss. `Catalog` is the database as it is before the first step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dbmigration.planning.findings import Findings, Loss
from dbmigration.planning.holdings import Catalog, Unanswered
from dbmigration.planning.names_of_a_plan import Names, Relation, Standing
from dbmigration.planning.sequences import Sequences
from dbmigration.planning.triggers import Triggers
from dbmigration.sql import column_type
from dbmigration.sql import effect as made
from dbmigration.sql.names import Name


class Losses:
    """Of one plan, step by step."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._names = Names(catalog.find, catalog.current_schema)
        self._columns_made: set[tuple[int, str]] = set()
        self._columns_renamed: dict[tuple[int, str], str] = {}
        self._columns_gone: set[tuple[int, str]] = set()
        self._functions_made: set[str] = set()
        self._triggers = Triggers(catalog)
        self._others_renamed = False
        self._references_made = False
        self._findings = Findings(catalog.current_schema)
        self._sequences = Sequences(catalog, self._names, self._findings)

    @property
    def found(self) -> dict[str, Loss]:
        """By their words."""
        return self._findings.found

    def follow(self, step: str, effects: Iterable[made.Effect], problem: str | None = None) -> None:
        """`problem` is why not all of the step is known."""
        self._findings.step = step
        for effect in effects:
            self._effect(effect)
        if problem is not None:
            self._findings.lose(f"what step {step} does: {problem}", is_known=False)

    def _effect(self, effect: made.Effect) -> None:
        handler: Any = _HANDLERS[type(effect)]
        try:
            self._handle(handler, effect)
        except Unanswered as error:
            self._findings.unknown(f"{type(effect).__name__}: {error}")

    def _handle(self, handler: Any, effect: made.Effect) -> None:
        if isinstance(effect, _ALSO_OF_CHILDREN):
            for child in self._names.children(effect.table):
                handler(self, replace(effect, table=child))
        handler(self, effect)

    def _lose_rows(self, table: Relation, words: str) -> None:
        if table.kind == "f":
            # What it shows is kept elsewhere.
            return
        if not table.is_table:
            self._findings.unknown(f"{words.format(self._findings.told(table))}: it is no table")
            return
        self._findings.hold(words.format(self._findings.told(table)), self._catalog.rows(table))

    def _lose_column(self, table: Relation, column: str, words: str) -> None:
        found = self._catalog.column(table, column)
        if found is None or found.is_generated or not table.is_table:
            return
        self._findings.hold(words.format(f"{self._findings.told(table)}.{column}"), self._catalog.values(table, column))

    def _table(self, name: Name, what: str, is_optional: bool = False) -> Relation | None:
        """The one that is there before the plan; None where nothing of before is in it, or where it is unknown already."""
        meaning = self._names.meaning(name)
        if meaning is Standing.MADE or (meaning is Standing.ABSENT and is_optional):
            return None
        if not isinstance(meaning, Relation):
            self._findings.unknown(f"{what} {name}: {meaning.value}")
            return None
        return meaning

    def _unknown_statement(self, effect: made.Unknown) -> None:
        self._findings.unknown(effect.what)

    def _drop_table(self, effect: made.DropTable) -> None:
        table = self._table(effect.table, "dropping table", effect.if_exists)
        if table is not None:
            self._lose_rows(table, "table {}")
            if effect.cascade:
                self._lose_with(self._catalog.dropped_with(table), effect)
        self._names.drop(effect.table)

    def _drop_column(self, effect: made.DropColumn) -> None:
        table = self._table(effect.table, "dropping a column of table")
        if table is None:
            return
        key = (table.number, effect.column)
        if key in self._columns_made:
            self._columns_made.discard(key)
            return
        column = self._columns_renamed.pop(key, effect.column)
        is_there = key not in self._columns_gone and self._catalog.column(table, column) is not None
        if is_there:
            self._lose_column(table, column, "column {}")
            if effect.cascade:
                self._lose_with(self._catalog.dropped_with(table, column), effect)
        elif not effect.if_exists:
            self._findings.unknown(f"dropping column {self._findings.told(table)}.{effect.column}: there is none")
        self._columns_gone.add(key)

    def _drop_cascade(self, effect: made.DropCascade) -> None:
        if self._others_renamed or (self._names.moved and effect.name.schema is None):
            self._findings.unknown(f"dropping {effect.name} with what depends on it: {Standing.UNSEEN.value}")
            return
        self._lose_with(self._catalog.dropped_with(effect), effect)
        if effect.kind == "schema":
            for table in filter(lambda one: one.is_table, self._names.renamed_into(effect.name.name)):
                self._lose_rows(table, "table {}")

    def _lose_with(self, dropped: list[tuple[Relation, str]] | None, effect: made.Effect) -> None:
        if dropped is None:
            if not getattr(effect, "if_exists", False):
                self._findings.unknown(
                    f"dropping {getattr(effect, 'name', '')} with what depends on it: {Standing.ABSENT.value}"
                )
            return
        for table, column in dropped:
            if column:
                self._lose_column(table, column, "column {}")
            elif table.is_table:
                self._lose_rows(table, "table {}")
            else:
                self._sequences.lose_with(table)

    def _drop_sequence(self, effect: made.DropSequence) -> None:
        self._sequences.drop(effect)

    def _move_sequence(self, effect: made.MoveSequence) -> None:
        self._sequences.move(effect)

    def _move_numbers(self, effect: made.MoveNumbers) -> None:
        table = self._table(effect.table, "moving the sequence of a column of table")
        key = (table.number if table else 0, effect.column)
        if table is not None and key not in self._columns_made:
            self._sequences.lose_positions(table, self._columns_renamed.get(key, effect.column))

    def _change_type(self, effect: made.ChangeType) -> None:
        table = self._table(effect.table, "changing a column of table")
        if table is None or (table.number, effect.column) in self._columns_made:
            return
        key = (table.number, effect.column)
        column = self._columns_renamed.get(key, effect.column)
        found = self._catalog.column(table, column)
        if found is None or key in self._columns_gone:
            self._findings.unknown(f"changing column {self._findings.told(table)}.{effect.column}: there is none")
        elif effect.type is None or not column_type.keeps_values(found.type, effect.type):
            self._lose_column(table, column, "what column {} holds, by another type")

    def _truncate(self, effect: made.Truncate) -> None:
        table = self._table(effect.table, "emptying table")
        if table is None:
            return
        self._lose_written(table, effect.table, "truncate", "rows of table {}")
        emptied = self._catalog.emptied_with(table) if effect.cascade else []
        for other in emptied:
            self._lose_rows(other, "rows of table {}")
        for one in (table, *emptied) if effect.restarts else ():
            self._sequences.lose_positions(one)
        if effect.cascade and self._references_made:
            self._findings.unknown(f"emptying {effect.table} with what refers to it: the plan makes foreign keys")

    def _delete(self, effect: made.Delete) -> None:
        table = self._table(effect.table, "deleting from")
        if table is not None:
            self._lose_written(table, effect.table, "delete", "rows of table {}")
        elif self._triggers.fire(None, "delete"):
            self._findings.unknown(f"deleting from {effect.table}: the plan makes triggers")

    def _update(self, effect: made.Update) -> None:
        table = self._table(effect.table, "updating")
        if table is None:
            if self._triggers.fire(None, "update"):
                self._findings.unknown(f"updating {effect.table}: the plan makes triggers")
            return
        if effect.columns is None or any((table.number, column) not in self._columns_made for column in effect.columns):
            self._lose_written(table, effect.table, "update", "what rows of table {} hold")
        elif self._triggers.fire(table, "update"):
            self._findings.unknown(f"updating {effect.table}: it has triggers")

    def _lose_written(self, table: Relation, name: Name, how: str, words: str) -> None:
        if not table.is_table:
            self._findings.unknown(f"{_DOING[how]} {name}: it is no table")
            return
        self._lose_rows(table, words)
        if self._triggers.fire_without_rows(table, how):
            self._findings.unknown(f"{_DOING[how]} {name}: it has triggers")

    def _insert(self, effect: made.Insert) -> None:
        table = self._table(effect.table, "inserting into")
        is_view = table is not None and table.kind not in ("r", "p", "f")
        if is_view or self._triggers.fire(table, "insert"):
            self._findings.unknown(f"inserting into {effect.table}: it has triggers or rules")
        self._triggers.add_rows(table)

    def _call(self, effect: made.Call) -> None:
        if effect.function in self._functions_made or self._catalog.may_write(effect.function):
            self._findings.unknown(f"{effect.function}()")

    def _create_table(self, effect: made.CreateTable) -> None:
        self._names.create(effect.table, effect.temporary)

    def _add_column(self, effect: made.AddColumn) -> None:
        meaning = self._names.meaning(effect.table)
        if isinstance(meaning, Relation):
            key = (meaning.number, effect.column)
            is_free = key in self._columns_gone or self._catalog.column(meaning, effect.column) is None
            if is_free and key not in self._columns_renamed:
                self._columns_made.add(key)

    def _refer(self, _effect: made.ReferTo) -> None:
        self._references_made = True

    def _rename_other(self, _effect: made.RenameOther) -> None:
        self._others_renamed = True

    def _rename_table(self, effect: made.RenameTable) -> None:
        if self._names.meaning(effect.table) is Standing.UNSEEN:
            self._findings.unknown(f"renaming {effect.table}: {Standing.UNSEEN.value}")
        self._names.rename(effect.table, effect.to)

    def _rename_column(self, effect: made.RenameColumn) -> None:
        meaning = self._names.meaning(effect.table)
        if meaning is Standing.UNSEEN:
            self._findings.unknown(f"renaming a column of {effect.table}: {meaning.value}")
        if not isinstance(meaning, Relation):
            return
        old, new = (meaning.number, effect.column), (meaning.number, effect.to)
        if old in self._columns_made:
            self._columns_made.discard(old)
            self._columns_made.add(new)
        elif old not in self._columns_gone:
            self._columns_renamed[new] = self._columns_renamed.pop(old, effect.column)
            self._columns_gone.discard(new)
            self._columns_gone.add(old)

    def _attach(self, effect: made.AttachTable) -> None:
        if self._names.moved and None in (effect.parent.schema, effect.child.schema):
            self._findings.unknown(f"attaching {effect.child}: {Standing.UNSEEN.value}")
        self._names.attach(effect.parent, effect.child)
        parent = self._names.meaning(effect.parent)
        self._triggers.add_rows(parent if isinstance(parent, Relation) else None)

    def _create_function(self, effect: made.CreateFunction) -> None:
        self._functions_made.add(effect.function)

    def _create_trigger(self, effect: made.CreateTrigger) -> None:
        self._triggers.make(effect)

    def _move_names(self, _effect: made.MoveNames) -> None:
        self._names.moved = True


_DOING = {"delete": "deleting from", "update": "updating", "truncate": "emptying"}
_ALSO_OF_CHILDREN = (made.DropTable, made.DropColumn, made.ChangeType, made.Truncate, made.Delete, made.Update)
_HANDLERS = {
    made.Unknown: Losses._unknown_statement,
    made.DropTable: Losses._drop_table,
    made.DropColumn: Losses._drop_column,
    made.DropSequence: Losses._drop_sequence,
    made.MoveSequence: Losses._move_sequence,
    made.MoveNumbers: Losses._move_numbers,
    made.DropCascade: Losses._drop_cascade,
    made.ChangeType: Losses._change_type,
    made.Truncate: Losses._truncate,
    made.Delete: Losses._delete,
    made.Update: Losses._update,
    made.Insert: Losses._insert,
    made.Call: Losses._call,
    made.CreateTable: Losses._create_table,
    made.AddColumn: Losses._add_column,
    made.RenameTable: Losses._rename_table,
    made.RenameColumn: Losses._rename_column,
    made.AttachTable: Losses._attach,
    made.RenameOther: Losses._rename_other,
    made.ReferTo: Losses._refer,
    made.CreateFunction: Losses._create_function,
    made.CreateTrigger: Losses._create_trigger,
    made.MoveNames: Losses._move_names,
}
