"""What the statements of a text do to data. What nobody here knows counts as unknown, never as nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dbmigration.sql import alteration, drop, script, written_rows
from dbmigration.sql.effect import (
    CreateFunction,
    CreateTable,
    CreateTrigger,
    Effect,
    Insert,
    MoveNames,
    Unknown,
)
from dbmigration.sql.splitter import Statement, statements
from dbmigration.sql.words import Words

_HARMLESS = frozenset(
    (
        *("analyze", "analyse", "begin", "checkpoint", "close", "cluster", "comment", "deallocate", "end"),
        *("grant", "listen", "lock", "notify", "prepare", "reassign", "refresh", "reindex", "release", "revoke"),
        *("savepoint", "security", "show", "start", "unlisten", "vacuum"),
    )
)
# Of each word of a statement something is kept in memory.
_LONGEST = 1_000_000
_QUERIES = frozenset(("select", "values", "table", "with", "insert", "update", "delete", "merge", "("))
_CREATED = frozenset(
    (
        *("index", "unique", "type", "domain", "sequence", "schema", "extension", "cast", "collation", "conversion"),
        *("role", "user", "group", "database", "tablespace", "policy", "publication", "subscription", "server", "statistics"),
        *("foreign", "operator", "text", "language", "transform", "access", "trusted", "procedural"),
    )
)
_LEXING = frozenset(("standard_conforming_strings", "backslash_quote"))
_MOVING = frozenset(("search_path", "role", "schema", "authorization", "all"))


def read(text: str) -> list[Effect]:
    """Those of all statements, in their order."""
    found: list[Effect] = []
    for statement in statements(text):
        if statement.is_broken:
            return [*found, Unknown("a statement that could not be read")]
        if statement.end - statement.start > _LONGEST:
            found.append(Unknown("a statement of more than a million characters"))
        else:
            found += _effects(statement)
    return found


def _effects(statement: Statement) -> Iterator[Effect]:
    words = Words.of(statement)
    verb = words.seen()
    how = _VERBS.get(verb)
    if verb in _QUERIES:
        yield from _query(words)
    elif how is not None:
        words.take(verb)
        yield from how(words)
    elif verb not in _HARMLESS:
        # Told without anybody's data, as it stands in messages.
        yield Unknown(script.head(statement.text[statement.start : statement.end]))


def _query(words: Words) -> Iterator[Effect]:
    start = words.place
    if words.seen() in ("select", "with", "("):
        yield from _selected_into(words)
    words.place = start
    yield from written_rows.read(words)


def _selected_into(words: Words) -> Iterator[Effect]:
    """SELECT … INTO makes a table; behind INSERT and MERGE the word means another thing."""
    while not words.ended:
        if words.seen() == "into" and words.seen(-1) not in ("insert", "merge"):
            words.take("into")
            kind = words.take_one_of(("temporary", "temp", "unlogged"))
            words.take("table")
            yield _created(words, False, kind in ("temporary", "temp"))
        words.place += 1


def _created(words: Words, if_not_exists: bool, temporary: bool) -> Effect:
    name = words.name()
    return Unknown("CREATE TABLE") if name is None else CreateTable(name, if_not_exists, temporary)


def _create(words: Words) -> Iterator[Effect]:
    words.take("or", "replace")
    words.take_one_of(("global", "local"))
    kind = words.take_one_of(("temporary", "temp", "unlogged"))
    if words.take("table"):
        if_not_exists = words.take("if", "not", "exists")
        yield _created(words, if_not_exists, kind in ("temporary", "temp"))
        if words.has("as", "select", "execute"):
            yield from _computed(words)
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
    elif words.take("trigger") or words.take("constraint", "trigger"):
        yield CreateTrigger(_is_for_each_row(words))
    elif words.seen() not in _CREATED:
        yield Unknown(f"CREATE {words.seen().upper()}".rstrip())


def _is_for_each_row(words: Words) -> bool:
    seen = [word.seen for word in words.rest() if word.seen != "each"]
    # No name without quotes is FOR.
    return ("for", "row") in zip(seen, seen[1:])


def _computed(words: Words) -> Iterator[Effect]:
    """The rows of a new table or view."""
    if words.has("execute"):
        yield Unknown("EXECUTE")
    yield from written_rows.read(words)


def _set(words: Words) -> Iterator[Effect]:
    words.take_one_of(("session", "local"))
    setting = words.identifier()
    if setting in _MOVING:
        yield MoveNames()
    elif setting is None or setting in _LEXING:
        yield Unknown("SET, behind which strings are read in another way")


def _reset(words: Words) -> Iterator[Effect]:
    setting = words.identifier()
    if setting is None or setting in (*_MOVING, "session"):
        yield MoveNames()


def _copy(words: Words) -> Iterator[Effect]:
    if words.has("program"):
        yield Unknown("COPY … PROGRAM")
    if words.seen() == "(":
        yield from written_rows.read(words)
    elif words.has("from"):
        table = words.name()
        yield Unknown("COPY") if table is None else Insert(table)


def _commit(words: Words) -> Iterator[Effect]:
    if words.take("prepared"):
        yield Unknown("COMMIT PREPARED")


def _explain(words: Words) -> Iterator[Effect]:
    if words.has("analyze", "analyse"):
        if words.has("execute"):
            yield Unknown("EXPLAIN ANALYZE EXECUTE")
        yield from written_rows.read(words)


_VERBS: dict[str, Callable[[Words], Iterator[Effect]]] = {
    "alter": alteration.read,
    "commit": _commit,
    "copy": _copy,
    "create": _create,
    "discard": _reset,
    "drop": drop.read,
    "explain": _explain,
    "reset": _reset,
    "set": _set,
    "truncate": written_rows.truncate,
}
