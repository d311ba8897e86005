"""Whether writing does more than its statement says, by triggers or rules that are there or that the plan makes."""

from __future__ import annotations

from dbmigration.planning.holdings import Catalog, Held
from dbmigration.planning.names_of_a_plan import Relation
from dbmigration.sql.effect import CreateTrigger


class Triggers:
    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._of_statements_made = False
        self._of_rows_made = False
        self._filled: set[int] = set()

    def make(self, effect: CreateTrigger) -> None:
        if effect.for_each_row:
            self._of_rows_made = True
        else:
            self._of_statements_made = True

    def copy(self, above: Relation) -> None:
        """To a partition that the plan makes or attaches; those that fire for statements stay where they are."""
        if above.kind == "p" and any(self._catalog.has_triggers(above, how) for how in ("insert", "update", "delete")):
            self._of_rows_made = True

    def add_rows(self, table: Relation | None) -> None:
        """It may hold rows from now on that it did not hold before the plan; nothing for one that the plan itself makes."""
        if table is not None:
            self._filled.add(table.number)

    def fire(self, table: Relation | None, how: str) -> bool:
        if self.fire_without_rows(table, how):
            return True
        return table is not None and self._are_for_each_row(table, how) and self._catalog.rows(table) != Held("")

    def fire_without_rows(self, table: Relation | None, how: str) -> bool:
        """Also where the table holds nothing before the plan."""
        if self._of_statements_made or table is None:
            return self._of_statements_made or self._of_rows_made
        if self._catalog.has_triggers(table, f"{how} statement"):
            return True
        return (how == "insert" or self._may_be_filled(table)) and self._are_for_each_row(table, how)

    def _may_be_filled(self, table: Relation) -> bool:
        # What is written into an heir is in the table above it.
        return table.number in self._filled or (bool(self._filled) and bool(self._catalog.heirs(table)))

    def _are_for_each_row(self, table: Relation, how: str) -> bool:
        return self._of_rows_made or self._catalog.has_triggers(table, how)
