"""Which object a name means in the midst of a plan, of whose steps none has been run: what an earlier one makes, renames or
drops is followed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Union

from dbmigration.sql.names import Name

_TEMPORARY = "pg_temp"


@dataclass(frozen=True)
class Relation:
    """One that is in the database now."""

    number: int
    """The catalog's own."""
    schema: str
    name: str
    kind: str
    """As the catalog has it: r, p, v, m, f, S …"""
    hides_rows: bool = False
    """From this session, by row security policies."""

    @property
    def is_table(self) -> bool:
        return self.kind in ("r", "p")


class Standing(Enum):
    MADE = "an earlier step of the plan makes it"
    GONE = "an earlier step of the plan takes it away"
    ABSENT = "there is none"
    UNSEEN = "an earlier step changes where names are looked up"


Meaning = Union[Relation, Standing]
_Key = tuple[str, str]


class Names:
    def __init__(self, find: Callable[[Name], Relation | None], current_schema: str) -> None:
        """`find` looks a name up in the database, along the search path where it has no schema."""
        self._find = find
        self._current = current_schema
        self._made: set[_Key] = set()
        self._gone: set[_Key] = set()
        self._renamed: dict[_Key, Relation] = {}
        self._children: dict[_Key, list[Name]] = {}
        self.moved = False
        """The search path is another one than when the plan was made."""

    def meaning(self, name: Name) -> Meaning:
        if name.schema in (None, _TEMPORARY) and (_TEMPORARY, name.name) in self._made:
            return Standing.MADE
        if name.schema is None and self.moved:
            return Standing.UNSEEN
        key = self._key(name)
        if key in self._made:
            return Standing.MADE
        if key in self._renamed:
            return self._renamed[key]
        if key in self._gone:
            return Standing.GONE
        found = self._find(name)
        if found is None:
            return Standing.ABSENT
        return Standing.GONE if (found.schema, found.name) in self._gone else found

    def children(self, name: Name) -> list[Name]:
        """What earlier steps attach to it, and to that."""
        found: dict[_Key, Name] = {}
        todo = [name]
        while todo:
            for child in self._children.get(self._key(todo.pop()), ()):
                if self._key(child) not in found:
                    found[self._key(child)] = child
                    todo.append(child)
        return list(found.values())

    def renamed_into(self, schema: str) -> list[Relation]:
        return [relation for (place, _), relation in self._renamed.items() if place == schema]

    def create(self, name: Name, temporary: bool) -> None:
        """Where one is there already the statement fails, or does nothing."""
        if temporary:
            # Where the search path has temporary tables last, it does not hide one that is there.
            if self._find(Name(None, name.name)) is None:
                self._made.add((_TEMPORARY, name.name))
            return
        key = self._key(name)
        if key not in self._renamed and (key in self._gone or self._find(Name(*key)) is None):
            self._made.add(key)

    def drop(self, name: Name) -> None:
        meaning = self.meaning(name)
        if isinstance(meaning, Relation):
            self._leave(name, meaning)
        for key in ((_TEMPORARY, name.name), self._key(name)):
            if key in self._made:
                self._made.discard(key)
                return

    def rename(self, name: Name, to: Name) -> None:
        meaning = self.meaning(name)
        key = self._key(name)
        if isinstance(meaning, Relation):
            place = key[0] if key in self._renamed else meaning.schema
            self._leave(name, meaning)
            key, new = (place, name.name), (to.schema or place, to.name)
            self._renamed[new] = meaning
        elif meaning is Standing.MADE and key in self._made:
            self._made.discard(key)
            new = (to.schema or key[0], to.name)
            self._made.add(new)
        else:
            return
        if key in self._children:
            self._children[new] = self._children.pop(key)

    def attach(self, parent: Name, child: Name) -> None:
        self._children.setdefault(self._key(parent), []).append(child)

    def _leave(self, name: Name, meaning: Relation) -> None:
        key = self._key(name)
        if key in self._renamed:
            del self._renamed[key]
        else:
            key = (meaning.schema, meaning.name)
        self._gone.add(key)

    def _key(self, name: Name) -> _Key:
        return name.schema or self._current, name.name
