"""Code of the database's own that a statement runs without calling it by name: behind a view, a default, an operator, an event.

A function that says of itself that it only reads, and does not, is not found out, unless the plan makes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dbmigration.planning.unanswered import Unanswered
from dbmigration.session.own_functions import OwnFunctions
from dbmigration.sql.effect import Effect, Unknown
from dbmigration.sql.names import part
from dbmigration.sql.splitter import statements
from dbmigration.sql.words import Word, Words

if TYPE_CHECKING:
    from dbmigration.session.session import Ask

_QUERIES = frozenset(("select", "with", "values", "table", "(", "insert", "update", "delete", "merge"))
_READING = frozenset((*_QUERIES, "create", "refresh", "copy", "explain", "prepare", "declare", "execute"))
_WRITING = frozenset(("insert", "update", "merge", "with", "copy", "explain"))
_FUNCTIONS = ("function", "procedure", "aggregate", "routine")
# They name a function and do not run it.
_NAMING = frozenset(("drop", "comment", "grant", "revoke", "security"))
_EVENTS = """
SELECT e.evtname::pg_catalog.text FROM pg_catalog.pg_event_trigger e
WHERE e.evtenabled OPERATOR(pg_catalog.<>) 'D'::pg_catalog."char" AND NOT EXISTS (
    SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid OPERATOR(pg_catalog.=) e.oid
    AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_event_trigger'::pg_catalog.regclass::pg_catalog.oid
    AND d.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog."char")
ORDER BY 1
"""
_STRINGS = "SELECT pg_catalog.current_setting('standard_conforming_strings')"


class HiddenCode:
    def __init__(self, ask: Ask) -> None:
        self._problem = ""
        try:
            self._own = OwnFunctions(ask)
            self._events = [str(row[0]) for row in ask(_EVENTS)]
            self._is_other_lexing = ask(_STRINGS)[0][0] != "on"
        except Unanswered as error:
            self._problem = f"the database's own code: {error}"

    def effects(self, text: str, made: set[str] | None = None) -> Iterator[Effect]:
        """What nobody can tell of the statements of this text. To `made`, the functions that a plan makes, it adds its own."""
        made = set() if made is None else made
        if self._problem:
            yield Unknown(self._problem)
            return
        if self._is_other_lexing and "\\" in text:
            yield Unknown("a backslash, where standard_conforming_strings is off")
        if self._own.is_empty and not (self._events or made) and not any(word in text.lower() for word in _FUNCTIONS):
            return
        for statement in statements(text):
            words = Words.of(statement)
            name = _made(Words(words.rest()))
            if name is not None:
                made.add(name)
            elif not _only_names(Words(words.rest())):
                yield from _called_like_columns(words.rest(), made)
            yield from self._of_the_database(words, self._own.with_suspects(made) if made else self._own)

    def _of_the_database(self, words: Words, own: OwnFunctions) -> Iterator[Effect]:
        verb = words.seen()
        if verb == "explain" and not words.has("analyze", "analyse"):
            return
        names = {part(word.written) or "" for word in words.rest() if word.is_name}
        if verb in _READING:
            yield from (Unknown(f"reading {name}, whose functions may write") for name in own.read(names))
        if verb in _READING or verb == "alter":
            yield from (Unknown(f"{sign}, whose function may write") for sign in own.signs[:1])
        if verb not in _NAMING:
            types = [*own.domains(names), *own.written(_cast_to(words.rest()))]
            yield from (Unknown(f"domain {name}, whose check may write") for name in types)
        if words.has("validate") or (verb == "alter" and words.has("type")):
            yield from (Unknown(f"validating {name}, whose checks may write") for name in own.written(names))
        if verb in _WRITING:
            written = own.written(names)
            yield from (Unknown(f"inserting into {name}, whose defaults or checks may write") for name in written)
        if verb == "create" and words.has("table"):
            yield from (
                Unknown(f"a table with the defaults or checks of {name}, which may write") for name in own.written(names)
            )
        if verb not in _QUERIES or _makes_table(words):
            yield from (Unknown(f"event trigger {event}, which runs with it") for event in self._events[:1])


def _called_like_columns(words: list[Word], functions: set[str]) -> Iterator[Effect]:
    called = {part(one.written) for before, one in zip(words, words[1:]) if one.is_name and before.seen == "."}
    yield from (Unknown(f"reading {name}, whose functions may write") for name in sorted(functions & called))


def _cast_to(words: list[Word]) -> Iterator[str]:
    """Names behind a :: or an AS, with a schema or without."""
    for place, word in enumerate(words):
        if word.seen in ("::", "as"):
            yield from (part(one.written) or "" for one in words[place + 1 : place + 4 : 2] if one.is_name)


def _made(words: Words) -> str | None:
    """The function that it makes or replaces, or gives another name."""
    if words.take("create"):
        words.take("or", "replace")
        name = words.name() if words.take_one_of(_FUNCTIONS) else None
        return name.name if name else None
    if words.take("alter") and words.take_one_of(_FUNCTIONS):
        rest = words.rest()
        return part(rest[-1].written) if [word.seen for word in rest[-3:-1]] == ["rename", "to"] else None
    return None


def _only_names(words: Words) -> bool:
    """What a trigger runs is looked at where something is written."""
    if words.take("create"):
        words.take("or", "replace")
        words.take("constraint")
        return words.take("trigger")
    return words.seen() in _NAMING or (words.take("alter") and words.seen() in _FUNCTIONS)


def _makes_table(words: Words) -> bool:
    """SELECT … INTO."""
    seen = [word.seen for word in words.rest()]
    return any(one == "into" and before not in ("insert", "merge") for before, one in zip(seen, seen[1:]))
