"""Which functions may write: those of which the database says so, and all of which it cannot know what they are."""

from __future__ import annotations

from dbmigration.planning.holdings import Catalog


class Functions:
    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._made: set[str] = set()
        self._are_unseen_made = False

    def make(self, name: str) -> None:
        """Or make another one of that name."""
        self._made.add(name)

    def make_unseen(self) -> None:
        """As an extension does."""
        self._are_unseen_made = True

    def may_write(self, name: str) -> bool:
        if name in self._made or self._catalog.may_write(name):
            return True
        return self._are_unseen_made and self._catalog.is_unheard_of(name)
