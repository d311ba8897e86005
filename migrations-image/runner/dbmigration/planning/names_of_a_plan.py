"""Which object a name means in the midst of a plan, of whose steps none has been run: what an earlier one makes, renames or
drops is followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    def __init__(self, find: Callable[[Name], Relation | None], path: Sequence[str]) -> None:
        """`find` looks a name up in the database, along the search path where it has no schema; `path` has its schemas that
        are there, but for those that the server looks into by itself."""
        self._find = find
        self._path = tuple(path)
        self._made: set[_Key] = set()
        self._gone: set[_Key] = set()
        self._renamed: dict[_Key, Relation] = {}
        self._children: dict[_Key, list[Name]] = {}
        self.moved = False
        """The search path is another one than when the plan was made."""

    def meaning(self, name: Name) -> Meaning:
        return self._resolved(name)[1]

    def children(self, name: Name) -> list[Name]:
        """What earlier steps attach to it, and to that."""
        return self._attached([self._resolved(name)[0]])

    def moved_into(self, schema: str) -> list[Relation]:
        """Tables, views and sequences."""
        return [relation for (place, _), relation in self._renamed.items() if place == schema]

    def attached_within(self, schema: str) -> list[Name]:
        """To what earlier steps make there."""
        return self._attached([key for key in self._made if key[0] == schema])

    def create(self, name: Name, temporary: bool) -> None:
        """Where one is there already the statement fails, or does nothing."""
        if temporary:
            # Where the search path has temporary tables last, it does not hide one that is there.
            if self._find(Name(None, name.name)) is None:
                self._made.add((_TEMPORARY, name.name))
            return
        key = self._place(name)
        if key not in self._renamed and (key in self._gone or self._find(Name(*key)) is None):
            self._made.add(key)

    def drop(self, name: Name) -> None:
        key, meaning = self._resolved(name)
        if isinstance(meaning, Relation):
            self._leave(key, meaning)
        elif meaning is Standing.MADE:
            self._made.discard(key)

    def rename(self, name: Name, to: Name) -> None:
        """It stays in its own schema, unless the new name has another."""
        key, meaning = self._resolved(name)
        new = (to.schema or key[0], to.name)
        if isinstance(meaning, Relation):
            self._leave(key, meaning)
            self._renamed[new] = meaning
        elif meaning is Standing.MADE:
            self._made.discard(key)
            self._made.add(new)
        else:
            return
        if key in self._children:
            self._children[new] = self._children.pop(key)
        for children in self._children.values():
            children[:] = [Name(*new) if child == Name(*key) else child for child in children]

    def move(self, relation: Relation, schema: str) -> None:
        """With what it belongs to."""
        place = next((key for key, one in self._renamed.items() if one == relation), (relation.schema, relation.name))
        if self._at(place) == relation:
            self._leave(place, relation)
            self._renamed[schema, place[1]] = relation

    def attach(self, parent: Name, child: Name) -> None:
        place, _ = self._resolved(child)
        self._children.setdefault(self._resolved(parent)[0], []).append(Name(*place))

    def _resolved(self, name: Name) -> tuple[_Key, Meaning]:
        """Where it is, too; for one that is nowhere, where it would be made."""
        if name.schema in (None, _TEMPORARY) and (_TEMPORARY, name.name) in self._made:
            return (_TEMPORARY, name.name), Standing.MADE
        if name.schema is None and self.moved:
            return self._place(name), Standing.UNSEEN
        nowhere = Standing.ABSENT
        for place in self._places(name):
            meaning = self._at(place)
            if meaning is Standing.GONE:
                nowhere = Standing.GONE
            elif meaning is not Standing.ABSENT:
                return place, meaning
        return self._place(name), nowhere

    def _places(self, name: Name) -> Iterator[_Key]:
        if name.schema is not None:
            yield name.schema, name.name
            return
        found = self._find(name)
        # Those of the server itself, and of the session.
        if found is not None and found.schema not in self._path:
            yield found.schema, found.name
        for schema in self._path:
            yield schema, name.name

    def _at(self, key: _Key) -> Meaning:
        if key in self._made:
            return Standing.MADE
        if key in self._renamed:
            return self._renamed[key]
        if key in self._gone:
            return Standing.GONE
        found = self._find(Name(*key))
        if found is None:
            return Standing.ABSENT
        return Standing.GONE if (found.schema, found.name) in self._gone else found

    def _attached(self, todo: list[_Key]) -> list[Name]:
        found: dict[_Key, Name] = {}
        while todo:
            for child in self._children.get(todo.pop(), ()):
                key = self._resolved(child)[0]
                if key not in found:
                    found[key] = child
                    todo.append(key)
        return list(found.values())

    def _leave(self, key: _Key, meaning: Relation) -> None:
        if key in self._renamed:
            del self._renamed[key]
        else:
            key = (meaning.schema, meaning.name)
        self._gone.add(key)

    def _place(self, name: Name) -> _Key:
        return name.schema or (self._path[0] if self._path else "public"), name.name
