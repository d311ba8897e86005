"""What an ALTER does to data, and to the names by which it is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dbmigration.sql import table_change
from dbmigration.sql.effect import Effect, MoveNames, MoveSequence, RenameOther, Unknown
from dbmigration.sql.words import Words

_HARMLESS = frozenset(
    (
        *("policy", "trigger", "role", "user", "group", "default", "database", "system", "statistics", "publication", "server"),
        *("subscription", "conversion", "large", "text", "language", "tablespace"),
    )
)
_TYPE_CHANGES = (("add", "value"), ("rename",), ("owner",), ("set",))


def read(words: Words) -> Iterator[Effect]:
    """Behind ALTER."""
    kind = words.seen()
    how = _KINDS.get(kind)
    words.place += 1
    if how is not None:
        yield from how(words)
    elif kind not in _HARMLESS:
        yield Unknown(f"ALTER {kind.upper()}".rstrip())


def _relation(words: Words) -> Iterator[Effect]:
    """ALTER VIEW and the like do no more to it than this."""
    words.take_one_of(("view", "table"))
    if words.has("rename", "schema"):
        yield from table_change.read(words)


def _sequence(words: Words) -> Iterator[Effect]:
    start = words.place
    words.take("if", "exists")
    name = words.name()
    if name is None:
        yield Unknown("ALTER SEQUENCE")
    elif words.has("restart") or (words.has("owned") and not words.has("none")):
        # From now on it goes with its column, whatever else it numbers.
        yield MoveSequence(name)
    words.place = start
    yield from _relation(words)


def _other(words: Words) -> Iterator[Effect]:
    if words.has("rename", "schema"):
        yield RenameOther()


def _domain(words: Words) -> Iterator[Effect]:
    yield from _other(words)
    if words.has("add", "validate"):
        yield Unknown("ALTER DOMAIN, whose check may write")


def _type(words: Words) -> Iterator[Effect]:
    words.name()
    if words.has("rename", "schema") and not words.has("value"):
        yield RenameOther()
    if not any(words.take(*change) for change in _TYPE_CHANGES) or words.has("attribute"):
        yield Unknown("ALTER TYPE")


def _extension(words: Words) -> Iterator[Effect]:
    words.identifier()
    yield RenameOther() if words.take("set", "schema") else Unknown("ALTER EXTENSION")


def _schema(words: Words) -> Iterator[Effect]:
    if words.has("rename"):
        yield MoveNames()
        yield Unknown("ALTER SCHEMA … RENAME, behind which names mean others")


_KINDS: dict[str, Callable[[Words], Iterator[Effect]]] = {
    "table": table_change.read,
    "sequence": _sequence,
    "type": _type,
    "extension": _extension,
    "schema": _schema,
    **dict.fromkeys(("index", "view", "materialized", "foreign"), _relation),
    **dict.fromkeys(("function", "procedure", "routine", "aggregate", "collation", "operator"), _other),
    "domain": _domain,
}
