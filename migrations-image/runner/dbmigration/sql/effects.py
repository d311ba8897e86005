"""What the statements of a text do to data. What nobody here knows counts as unknown, never as nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dbmigration.sql import alteration, creation, drop, script, setting, written_rows
from dbmigration.sql.effect import Effect, Insert, MoveNames, Unknown
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
            yield creation.table(words, False, kind in ("temporary", "temp"))
        words.place += 1


def _set(words: Words) -> Iterator[Effect]:
    words.take_one_of(("session", "local"))
    yield from setting.set_to_another(words.identifier())


def _reset(words: Words) -> Iterator[Effect]:
    name = words.identifier()
    if name is None or name.lower() == "session":
        yield MoveNames()
    else:
        yield from setting.set_to_another(name)


def _copy(words: Words) -> Iterator[Effect]:
    if words.has("program"):
        yield Unknown("COPY … PROGRAM")
    if words.seen() == "(":
        yield from written_rows.read(words)
    elif words.has("from"):
        table = words.name()
        yield Unknown("COPY") if table is None else Insert(table)
        yield from written_rows.calls(words)


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
    "create": creation.read,
    "discard": _reset,
    "drop": drop.read,
    "explain": _explain,
    "reset": _reset,
    "set": _set,
    "truncate": written_rows.truncate,
}
