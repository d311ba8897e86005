"""What a CREATE makes, and the code that is run with it or by it later."""

from __future__ import annotations

from collections.abc import Iterator

from dbmigration.sql import written_rows
from dbmigration.sql.effect import (
    AttachTable,
    Call,
    CreateFunction,
    CreateTable,
    CreateTrigger,
    Effect,
    MakeExtension,
    MakeType,
    MoveSchema,
    Unknown,
)
from dbmigration.sql.names import part
from dbmigration.sql.words import Words

_USER = ("current_user", "current_role", "session_user", "user")
_TEMPORARY = ("temporary", "temp")
_OTHERS = frozenset(
    (
        *("sequence", "cast", "collation", "conversion", "role", "user", "group", "database", "tablespace", "publication"),
        *("subscription", "server", "statistics", "foreign", "operator", "text", "language", "transform", "access", "trusted"),
        *("procedural",),
    )
)
# Behind these stands the name of a function, without parentheses.
_NAMING = frozenset(("=", ".", "handler", "validator", "inline", "from", "function", "procedure"))


def read(words: Words) -> Iterator[Effect]:
    """Behind CREATE."""
    words.take("or", "replace")
    words.take_one_of(("global", "local"))
    kind = words.take_one_of((*_TEMPORARY, "unlogged"))
    if words.take("table"):
        made = table(words, words.take("if", "not", "exists"), kind in _TEMPORARY)
        yield made
        if words.take("partition", "of") and isinstance(made, CreateTable):
            parent = words.name()
            yield Unknown("CREATE TABLE") if parent is None else AttachTable(parent, made.table)
        yield from _computed(words) if words.has("as", "select", "execute") else written_rows.calls(words)
    elif words.take("materialized", "view") or words.take("view") or words.take("recursive", "view"):
        # One that only shows rows computes them when it is read, perhaps by a later step.
        words.take("if", "not", "exists")
        words.name()
        yield from _computed(words)
    elif words.take_one_of(("function", "procedure", "aggregate")):
        name = words.name()
        yield Unknown("CREATE FUNCTION") if name is None else CreateFunction(name.name)
    elif words.take("rule"):
        yield CreateTrigger()
        # That of a SELECT is run where nothing is written.
        yield from written_rows.calls(words)
    elif words.take("trigger") or words.take("constraint", "trigger"):
        yield CreateTrigger(_is_for_each_row(words))
    else:
        yield from _other(words)


def table(words: Words, if_not_exists: bool, temporary: bool) -> Effect:
    name = words.name()
    return Unknown("CREATE TABLE") if name is None else CreateTable(name, if_not_exists, temporary)


def _other(words: Words) -> Iterator[Effect]:
    kind = words.seen()
    if words.take_one_of(("type", "domain")):
        name = words.name()
        yield Unknown("CREATE TYPE") if name is None else MakeType(name.name)
        yield from _code(words)
    elif words.take("extension"):
        words.take("if", "not", "exists")
        extension = words.identifier()
        yield Unknown("CREATE EXTENSION") if extension is None else MakeExtension(extension, words.has("cascade"))
    elif words.take("schema"):
        yield from _schema(words)
    elif kind in ("index", "unique", "policy"):
        yield from _upon_table(words)
    elif kind in _OTHERS:
        words.place += 1
        yield from _code(words)
    else:
        yield Unknown(f"CREATE {kind.upper()}".rstrip())


def _schema(words: Words) -> Iterator[Effect]:
    words.take("if", "not", "exists")
    # As the search path has it.
    is_of_the_user = words.take("authorization") and words.take_one_of(_USER)
    name = "$user" if is_of_the_user else words.identifier()
    yield Unknown("CREATE SCHEMA") if name is None else MoveSchema(name, is_made=True)
    if words.has("create"):
        yield Unknown("CREATE SCHEMA with what is in it")


def _upon_table(words: Words) -> Iterator[Effect]:
    """The name of its table stands before parentheses as that of a function does."""
    while not words.ended and not words.take("on"):
        words.place += 1
    words.take("only")
    words.name()
    if words.take("using"):
        words.identifier()
    yield from written_rows.calls(words)


def _code(words: Words) -> Iterator[Effect]:
    yield from written_rows.calls(words)
    rest = words.rest()
    for before, one in zip(rest, rest[1:]):
        if one.is_name and before.seen in _NAMING:
            name = part(one.written)
            yield Unknown("a function whose name only the server can read") if name is None else Call(name)


def _is_for_each_row(words: Words) -> bool:
    seen = [word.seen for word in words.rest() if word.seen != "each"]
    # No name without quotes is FOR.
    return ("for", "row") in zip(seen, seen[1:])


def _computed(words: Words) -> Iterator[Effect]:
    """The rows of a new table or view."""
    if words.has("execute"):
        yield Unknown("EXECUTE")
    yield from written_rows.read(words)
