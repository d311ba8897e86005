"""Which statements of a text may write. What a function does that a query calls, nobody can tell from here."""

from __future__ import annotations

from typing import NamedTuple

from dbmigration.sql import script
from dbmigration.sql.lexer import word
from dbmigration.sql.splitter import Statement, statements

# An empty one is a parenthesis.
_QUERIES = frozenset(("", "select", "with", "values", "table", "explain"))
_WRITING = frozenset(("insert", "delete", "merge", "into"))
# Before an UPDATE that is a lock.
_LOCKING = frozenset(("for", "key"))
_NOT_WRITING = frozenset(
    (
        *("set", "reset", "show", "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "lock"),
        *("listen", "unlisten", "notify", "discard", "deallocate", "prepare", "declare", "fetch", "move", "close"),
        *("analyze", "analyse", "checkpoint", "load"),
    )
)
_PASSING = frozenset(("temp", "temporary"))
# What metadata.create_all() and drop_all() send.
_OBJECTS = frozenset(("table", "unlogged", "type", "index", "unique", "sequence"))


class Writing(NamedTuple):
    head: str
    """Without anybody's data."""
    is_for_once: bool
    """It makes or drops an object of a schema, and would fail if it were sent again."""


def read(text: str) -> list[Writing]:
    found = []
    for statement in statements(text):
        if _writes(statement):
            head = script.head(statement.text[statement.start : statement.end])
            found.append(Writing(head, _is_for_once([word.lower() for word in head.split()])))
    return found


def _writes(statement: Statement) -> bool:
    if statement.verb in _NOT_WRITING:
        return False
    words = [word(statement.text, token) for token in statement.tokens()]
    if statement.verb not in _QUERIES:
        return not (statement.verb == "create" and _PASSING.intersection(words[1:3]))
    updates = any(one == "update" and before not in _LOCKING for before, one in zip(words, words[1:]))
    return updates or not _WRITING.isdisjoint(words)


def _is_for_once(words: list[str]) -> bool:
    return words[:1] in (["create"], ["drop"]) and not _OBJECTS.isdisjoint(words[1:2]) and "if" not in words[2:5]
