"""What an ALTER does to data, and to the names by which it is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dbmigration.sql import table_change, written_rows
from dbmigration.sql.effect import Effect, MoveNames, MoveSequence, RenameOther, Unknown
from dbmigration.sql.names import part
from dbmigration.sql.words import Words

_HARMLESS = frozenset(
    (
        *("trigger", "role", "user", "group", "default", "database", "system", "statistics", "publication", "server"),
        *("subscription", "conversion", "large", "text", "language", "tablespace"),
    )
)

_TYPE_CHANGES = (("add", "value"), ("rename", "value"), ("rename", "to"), ("owner", "to"), ("set", "schema"))


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
    """A type, a domain, a function and the like."""
    start = words.place
    words.take_one_of(("class", "family"))
    name = words.name()
    *_, how, by, to = [None, None, None, *words.rest()]
    if how is not None and by is not None and to is not None:
        if (how.seen, by.seen) == ("rename", "to"):
            yield RenameOther(part(to.written))
        elif (how.seen, by.seen) == ("set", "schema"):
            yield RenameOther(name.name if name else None)
    words.place = start


def _with_code(words: Words) -> Iterator[Effect]:
    yield from _other(words)
    yield from written_rows.calls(words)


def _domain(words: Words) -> Iterator[Effect]:
    yield from _with_code(words)
    if words.has("add", "validate"):
        yield Unknown("ALTER DOMAIN, whose check may write")


def _type(words: Words) -> Iterator[Effect]:
    yield from _other(words)
    words.name()
    is_known = any(words.take(*change) for change in _TYPE_CHANGES)
    if not is_known:
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
    **dict.fromkeys(("function", "procedure", "routine", "aggregate", "collation"), _other),
    **dict.fromkeys(("operator", "policy"), _with_code),
    "domain": _domain,
}
