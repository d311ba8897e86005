"""Where a sequence stands, which is the one thing that it holds: from elsewhere it gives out numbers for a second time.

One that goes with its own column, of which nothing else is left, numbers nothing any more, unless another column is
numbered by it as well.
"""

from __future__ import annotations

from dbmigration.planning.findings import Findings
from dbmigration.planning.holdings import Catalog
from dbmigration.planning.names_of_a_plan import Names, Relation, Standing
from dbmigration.sql import effect as made


class Sequences:
    def __init__(self, catalog: Catalog, names: Names, findings: Findings) -> None:
        self._catalog = catalog
        self._names = names
        self._findings = findings

    def drop(self, effect: made.DropSequence) -> None:
        meaning = self._names.meaning(effect.sequence)
        if isinstance(meaning, Relation):
            self._lose(meaning)
        elif not (effect.if_exists and meaning is Standing.ABSENT):
            self._findings.unknown(f"dropping sequence {effect.sequence}: {meaning.value}")
        self._names.drop(effect.sequence)

    def lose_with(self, relation: Relation) -> None:
        """With what a CASCADE drops."""
        if relation.kind == "S" and not self._catalog.is_of_a_column(relation):
            self._lose(relation)

    def move(self, effect: made.MoveSequence) -> None:
        """One that is not there before the plan has given out nothing."""
        meaning = self._names.meaning(effect.sequence)
        if isinstance(meaning, Relation):
            self._lose_position(meaning)
        elif meaning in (Standing.UNSEEN, Standing.GONE):
            self._findings.unknown(f"moving sequence {effect.sequence}: {meaning.value}")

    def lose_positions(self, table: Relation, column: str = "") -> None:
        """Of that column, or of all."""
        for sequence in self._catalog.numbering(table, column):
            self._lose_position(sequence)

    def _lose(self, sequence: Relation) -> None:
        self._findings.hold(f"sequence {self._findings.told(sequence)}", self._catalog.is_used(sequence))

    def _lose_position(self, sequence: Relation) -> None:
        held = self._catalog.is_used(sequence)
        what = f"the position of sequence {self._findings.told(sequence)}"
        if held.problem:
            self._findings.hold(what, held)
        elif held.words:
            self._findings.lose(what)
