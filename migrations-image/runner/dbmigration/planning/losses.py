"""What the steps of a plan would delete of what is there: their effects in order, and of each object whether it holds anything.

When in doubt it is a loss. `Catalog` is the database as it is before the first step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dbmigration.planning.columns_of_a_plan import Columns
from dbmigration.planning.findings import Findings, Loss
from dbmigration.planning.functions_of_a_plan import Functions
from dbmigration.planning.holdings import Catalog
from dbmigration.planning.names_of_a_plan import Names, Relation, Standing
from dbmigration.planning.sequences import Sequences
from dbmigration.planning.tables_of_a_plan import Tables
from dbmigration.planning.types_of_a_plan import Types
from dbmigration.planning.unanswered import Unanswered
from dbmigration.planning.writes import Writes
from dbmigration.sql import effect as made
from dbmigration.sql.names import Name


class Losses:
    """Of one plan, step by step."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._names = Names(catalog.find, catalog.path)
        self._findings = Findings(catalog.current_schema)
        self._tables = Tables(catalog, self._names, self._findings)
        self._columns = Columns(catalog)
        self._types = Types(self._names, catalog.is_path_of_its_own)
        self._functions = Functions(catalog)
        self._sequences = Sequences(catalog, self._names, self._findings)
        self._writes = Writes(catalog, self._names, self._tables, self._columns, self._sequences, self._findings)
        self._others_renamed = False

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

    def _unknown_statement(self, effect: made.Unknown) -> None:
        self._findings.unknown(effect.what)

    def _drop_table(self, effect: made.DropTable) -> None:
        table = self._tables.named(effect.table, "dropping table", effect.if_exists)
        if table is not None:
            self._tables.lose_rows(table, "table {}")
            if effect.cascade:
                self._lose_with(self._catalog.dropped_with(table))
        self._names.drop(effect.table)

    def _drop_column(self, effect: made.DropColumn) -> None:
        table = self._tables.named(effect.table, "dropping a column of table")
        if table is None:
            return
        column = self._columns.before(table, effect.column)
        if column is not None:
            self._tables.lose_column(table, column, "column {}")
            if effect.cascade:
                self._lose_with(self._catalog.dropped_with(table, column))
        elif not effect.if_exists and not self._columns.is_made(table, effect.column):
            self._findings.unknown(f"dropping column {self._findings.told(table)}.{effect.column}: there is none")
        self._columns.drop(table, effect.column)

    def _drop_cascade(self, effect: made.DropCascade) -> None:
        if self._others_renamed or (self._names.moved and effect.name.schema is None):
            self._findings.unknown(f"dropping {effect.name} with what depends on it: {Standing.UNSEEN.value}")
        else:
            self._lose_named(effect.name, self._catalog.dropped_with(effect), effect.if_exists)
        if effect.kind == "schema":
            self._drop_moved_into(effect.name.name)

    def _drop_view(self, effect: made.DropView) -> None:
        meaning = self._names.meaning(effect.view)
        if isinstance(meaning, Relation):
            self._lose_with(self._catalog.dropped_with(meaning) if effect.cascade else None)
        elif effect.cascade and meaning is Standing.UNSEEN:
            self._findings.unknown(f"dropping {effect.view} with what depends on it: {meaning.value}")
        elif effect.cascade and meaning is not Standing.MADE:
            self._lose_named(effect.view, None, effect.if_exists)
        self._names.drop(effect.view)

    def _drop_moved_into(self, schema: str) -> None:
        for child in self._names.attached_within(schema):
            self._drop_table(made.DropTable(child, cascade=True))
        for relation in self._names.moved_into(schema):
            if relation.is_table:
                self._tables.lose_rows(relation, "table {}")
            self._sequences.lose_with(relation)
            self._lose_with(self._catalog.dropped_with(relation))

    def _lose_named(self, name: Name, dropped: list[tuple[Relation, str]] | None, if_exists: bool) -> None:
        if dropped is None and not if_exists:
            self._findings.unknown(f"dropping {name} with what depends on it: {Standing.ABSENT.value}")
        self._lose_with(dropped)

    def _lose_with(self, dropped: list[tuple[Relation, str]] | None) -> None:
        for table, column in dropped or ():
            if column:
                self._tables.lose_column(table, column, "column {}")
            elif table.is_table:
                self._tables.lose_rows(table, "table {}")
            else:
                self._sequences.lose_with(table)

    def _drop_sequence(self, effect: made.DropSequence) -> None:
        self._sequences.drop(effect)

    def _move_sequence(self, effect: made.MoveSequence) -> None:
        self._sequences.move(effect)

    def _move_numbers(self, effect: made.MoveNumbers) -> None:
        table = self._tables.named(effect.table, "moving the sequence of a column of table")
        if table is not None and not self._columns.is_made(table, effect.column):
            self._sequences.lose_positions(table, self._columns.before(table, effect.column) or effect.column)

    def _change_type(self, effect: made.ChangeType) -> None:
        table = self._tables.named(effect.table, "changing a column of table")
        if table is None:
            return
        held = self._columns.held(table, effect.column)
        if not held and not self._columns.is_made(table, effect.column):
            self._findings.unknown(f"changing column {self._findings.told(table)}.{effect.column}: there is none")
        for one, name in held:
            found = self._catalog.column(one, name)
            if found is None or effect.type is None or not self._types.keeps_values(found.type, effect.type):
                self._tables.lose_column(one, name, "what column {} holds, by another type")

    def _truncate(self, effect: made.Truncate) -> None:
        self._writes.truncate(effect)

    def _delete(self, effect: made.Delete) -> None:
        self._writes.delete(effect)

    def _update(self, effect: made.Update) -> None:
        self._writes.update(effect)

    def _insert(self, effect: made.Insert) -> None:
        self._writes.insert(effect)

    def _merge(self, effect: made.Merge) -> None:
        self._writes.merge(effect)

    def _call(self, effect: made.Call) -> None:
        if self._functions.may_write(effect.function):
            self._findings.unknown(f"{effect.function}()")

    def _create_table(self, effect: made.CreateTable) -> None:
        self._names.create(effect.table, effect.temporary)

    def _add_column(self, effect: made.AddColumn) -> None:
        meaning = self._names.meaning(effect.table)
        if isinstance(meaning, Relation):
            self._columns.add(meaning, effect.column)

    def _refer(self, effect: made.ReferTo) -> None:
        self._writes.refer(effect)

    def _rename_other(self, effect: made.RenameOther) -> None:
        self._others_renamed = True
        self._types.make(effect.to)
        if effect.to is not None:
            self._functions.make(effect.to)

    def _make_type(self, effect: made.MakeType) -> None:
        self._types.make(effect.name)

    def _make_extension(self, effect: made.MakeExtension) -> None:
        if self._catalog.brings_unknown(effect.name, effect.cascade):
            self._functions.make_unseen()
            self._types.make(None)

    def _move_schema(self, effect: made.MoveSchema) -> None:
        is_there = effect.name in self._catalog.path
        if (effect.is_made and not is_there and self._catalog.looks_into(effect.name)) or (is_there and not effect.is_made):
            self._names.moved = True

    def _rename_table(self, effect: made.RenameTable) -> None:
        meaning = self._names.meaning(effect.table)
        if meaning is Standing.UNSEEN:
            self._findings.unknown(f"renaming {effect.table}: {Standing.UNSEEN.value}")
        self._names.rename(effect.table, effect.to)
        if isinstance(meaning, Relation) and meaning.is_table and effect.to.schema is not None:
            for sequence in self._catalog.numbering(meaning, ""):
                self._names.move(sequence, effect.to.schema)

    def _rename_column(self, effect: made.RenameColumn) -> None:
        meaning = self._names.meaning(effect.table)
        if meaning is Standing.UNSEEN:
            self._findings.unknown(f"renaming a column of {effect.table}: {meaning.value}")
        if not isinstance(meaning, Relation):
            return
        self._columns.rename(meaning, effect.column, effect.to)

    def _attach(self, effect: made.AttachTable) -> None:
        if self._names.moved and None in (effect.parent.schema, effect.child.schema):
            self._findings.unknown(f"attaching {effect.child}: {Standing.UNSEEN.value}")
        self._names.attach(effect.parent, effect.child)
        self._writes.attach(effect.parent)

    def _detach(self, _effect: made.DetachTable) -> None:
        self._columns.release_heirs()

    def _create_function(self, effect: made.CreateFunction) -> None:
        self._functions.make(effect.function)

    def _create_trigger(self, effect: made.CreateTrigger) -> None:
        self._writes.make_trigger(effect)

    def _move_names(self, _effect: made.MoveNames) -> None:
        self._names.moved = True


_ALSO_OF_CHILDREN = (
    *(made.DropTable, made.DropColumn, made.ChangeType, made.Truncate, made.Delete, made.Update, made.Insert, made.Merge),
    *(made.AddColumn, made.RenameColumn),
)
_HANDLERS = {
    made.Unknown: Losses._unknown_statement,
    made.DropTable: Losses._drop_table,
    made.DropColumn: Losses._drop_column,
    made.DropView: Losses._drop_view,
    made.DropSequence: Losses._drop_sequence,
    made.MoveSequence: Losses._move_sequence,
    made.MoveNumbers: Losses._move_numbers,
    made.DropCascade: Losses._drop_cascade,
    made.ChangeType: Losses._change_type,
    made.Truncate: Losses._truncate,
    made.Delete: Losses._delete,
    made.Update: Losses._update,
    made.Insert: Losses._insert,
    made.Merge: Losses._merge,
    made.Call: Losses._call,
    made.CreateTable: Losses._create_table,
    made.AddColumn: Losses._add_column,
    made.RenameTable: Losses._rename_table,
    made.RenameColumn: Losses._rename_column,
    made.AttachTable: Losses._attach,
    made.DetachTable: Losses._detach,
    made.RenameOther: Losses._rename_other,
    made.MakeType: Losses._make_type,
    made.MakeExtension: Losses._make_extension,
    made.MoveSchema: Losses._move_schema,
    made.ReferTo: Losses._refer,
    made.CreateFunction: Losses._create_function,
    made.CreateTrigger: Losses._create_trigger,
    made.MoveNames: Losses._move_names,
}
