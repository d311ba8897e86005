"""What was found that a plan would delete, in words."""

from __future__ import annotations

from dataclasses import dataclass

from dbmigration.planning.holdings import Held
from dbmigration.planning.names_of_a_plan import Relation


@dataclass(frozen=True)
class Loss:
    words: str
    is_known: bool = True
    """False where nobody can tell what goes."""


class Findings:
    def __init__(self, current_schema: str) -> None:
        self._current = current_schema
        self.step = ""
        """The one that is looked at."""
        self.found: dict[str, Loss] = {}
        """By their words: what two steps delete is told once."""

    def lose(self, words: str, is_known: bool = True) -> None:
        self.found.setdefault(words, Loss(words, is_known))

    def unknown(self, what: str) -> None:
        self.lose(f"{what} (step {self.step})", is_known=False)

    def hold(self, what: str, held: Held) -> None:
        if held.problem:
            self.lose(f"{what}: {held.problem}", is_known=False)
        elif held.words:
            self.lose(f"{what} ({held.words})")

    def told(self, relation: Relation) -> str:
        return relation.name if relation.schema == self._current else f"{relation.schema}.{relation.name}"
