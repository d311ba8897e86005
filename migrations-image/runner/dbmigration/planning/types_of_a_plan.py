"""Which type a name means in the midst of a plan."""

from __future__ import annotations

from dbmigration.planning.names_of_a_plan import Names
from dbmigration.sql import column_type


class Types:
    def __init__(self, names: Names, is_path_of_its_own: bool) -> None:
        """`is_path_of_its_own` where names of the server itself may mean other types."""
        self._names = names
        self._is_path_of_its_own = is_path_of_its_own
        self._are_many_made = False
        self._made: set[str] = set()

    def make(self, name: str | None) -> None:
        """Or another one by that name; None for many."""
        if name is None:
            self._are_many_made = True
        else:
            self._made.add(name)

    def keeps_values(self, before: str, after: str) -> bool:
        """Whether a column that was of the one holds the same as the other one."""
        if column_type.is_looked_up(after) and self._may_be_another(after.partition("(")[0].strip()):
            return False
        return column_type.keeps_values(before, after)

    def _may_be_another(self, name: str) -> bool:
        if self._names.moved or self._is_path_of_its_own or name in self._made:
            return True
        # Those of the server come first.
        return self._are_many_made and not column_type.is_of_the_server(name)
