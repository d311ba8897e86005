"""The tables that the steps of a plan name, and what of them is lost."""

from __future__ import annotations

from dbmigration.planning.findings import Findings
from dbmigration.planning.holdings import Catalog
from dbmigration.planning.names_of_a_plan import Names, Relation, Standing
from dbmigration.sql.names import Name


class Tables:
    def __init__(self, catalog: Catalog, names: Names, findings: Findings) -> None:
        self._catalog = catalog
        self._names = names
        self._findings = findings

    def named(self, name: Name, what: str, is_optional: bool = False) -> Relation | None:
        """The one that is there before the plan; None where nothing of before is in it, or where it is unknown already."""
        meaning = self._names.meaning(name)
        if meaning is Standing.MADE or (meaning is Standing.ABSENT and is_optional):
            return None
        if not isinstance(meaning, Relation):
            self._findings.unknown(f"{what} {name}: {meaning.value}")
            return None
        return meaning

    def lose_rows(self, table: Relation, words: str) -> None:
        if table.kind == "f":
            # What it shows is kept elsewhere.
            return
        if not table.is_table:
            self._findings.unknown(f"{words.format(self._findings.told(table))}: it is no table")
            return
        self._findings.hold(words.format(self._findings.told(table)), self._catalog.rows(table))

    def lose_column(self, table: Relation, column: str, words: str) -> None:
        found = self._catalog.column(table, column)
        if found is None or found.is_generated or not table.is_table:
            return
        self._findings.hold(words.format(f"{self._findings.told(table)}.{column}"), self._catalog.values(table, column))
