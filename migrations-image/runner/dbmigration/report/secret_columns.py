"""Strings of SQL that go into a column, a setting or a parameter whose name says that it is secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dbmigration.report.setting_names import SECRET, is_secret
from dbmigration.report.sql_literals import Reader, strings
from dbmigration.sql.lexer import Kind, Token

Span = tuple[int, int]

_INSERT = re.compile(r"(?i)\binsert\s+into\b|\binsert(?=\s*\()")
_OBJECT = re.compile(r"(?i)\b(?:jsonb?_build_object|hstore)\(")
_TABLE = re.compile(r"(?i)(\([^()]*\)\s*as\s*(?:(?:not\s+)?materialized\s*)?)?\(\s*values(?=\s*\()")
_SET = re.compile(r"(?i)\bset\b\s*(?:local\s+|session\s+)?")
_REST_OF_NAME = re.compile(r"[\w$.\-]*")
_SETTING = re.compile(r"[\w.]+")
_DEFAULT = "default"
_GIVEN = ("=", ":=", "=>", "to", _DEFAULT)
_OF_SELECT = frozenset(("from", "where", "union", "on", "returning", "limit", "order", "group"))
_BEHIND_A_VALUE = frozenset(("where", "from", "returning", "on"))
_PARAMETERS = "[parameters: "
# Behind the values a statement may say what it returns.
_FAR = 300
# Between a column's name and its default stand its type and what else is said of it.
_MOST_OF_A_COLUMN = 12


def spans(text: str) -> Iterator[Span]:
    names_one = SECRET.search(text) is not None
    if names_one:
        yield from _assigned(text)
    if names_one or "key" in text.lower():
        yield from _set(text)
    if names_one:
        yield from _inserted(text)
        yield from _objects(text)
        yield from _tables(text)


def _assigned(text: str) -> Iterator[Span]:
    """`password = 'x'`, `SET app.secret TO 'x'`, `token text DEFAULT 'x'`."""
    position = 0
    has_defaults = _DEFAULT in text.lower()
    while (found := SECRET.search(text, position)) is not None:
        position = _REST_OF_NAME.match(text, found.end()).end()  # type: ignore[union-attr]
        if not is_secret(text[found.start() : position]):
            continue
        reader = Reader(text, position + text.startswith('"', position))
        if not reader.take(*_GIVEN) and not (has_defaults and _default(reader)):
            continue
        yield from _value(reader)
        position = max(position, reader.place)


def _default(reader: Reader) -> bool:
    for _ in range(_MOST_OF_A_COLUMN):
        if reader.take(_DEFAULT):
            return True
        if reader.at is None or not (reader.at.kind in (Kind.NAME, Kind.NUMBER) or reader.seen in ("(", ")")):
            return False
        reader.go()
    return False


def _value(reader: Reader) -> Iterator[Span]:
    """A string, several that are put together, or those that an expression has in it."""
    if reader.is_string:
        yield from strings(reader.taken())
        while reader.take("||"):
            yield from strings(reader.taken())
        return
    if reader.seen == "case":
        yield from strings(reader.item(_BEHIND_A_VALUE))
        return
    # A word of a sentence may stand before a parenthesis, too.
    if (reader.name() is None or reader.follows) and reader.take("("):
        yield from strings(reader.inside())


def _set(text: str) -> Iterator[Span]:
    """Of a setting any key is one; of several columns each has its own value."""
    position = 0
    while (found := _SET.search(text, position)) is not None:
        position = found.end()
        if text.startswith("(", position):
            reader = Reader(text, position + 1)
            columns = _columns(reader)
            if columns and reader.take("="):
                reader.take("row")
                if reader.take("("):
                    yield from _row(reader, columns)
            position = max(position, reader.place)
            continue
        name = _SETTING.match(text, position)
        if name is None:
            continue
        position = name.end()
        if is_key(name.group()):
            reader = Reader(text, position)
            if reader.take("=", "to"):
                yield from _value(reader)
                position = max(position, reader.place)


def _objects(text: str) -> Iterator[Span]:
    """jsonb_build_object('token', 'x')."""
    position = 0
    while (found := _OBJECT.search(text, position)) is not None:
        reader = Reader(text, found.end())
        yield from _row(reader, ())
        position = max(found.end(), reader.place)


def is_key(setting: str) -> bool:
    """Of the server's own settings none is, and these have no dot."""
    return is_secret(setting) or ("." in setting and "key" in setting.lower())


def _inserted(text: str) -> Iterator[Span]:
    position = 0
    while (found := _INSERT.search(text, position)) is not None:
        reader = Reader(text, found.end())
        while reader.name() is not None:
            # Of a name with its schema, and of another one behind it.
            reader.take(".")
            if reader.seen in ("values", "select", "overriding", "default"):
                break
        columns = _columns(reader) if reader.take("(") else []
        if reader.take("overriding"):
            reader.name()
            reader.take("value")
        if reader.take("values"):
            while reader.take("("):
                yield from _row(reader, columns)
                if not reader.take(","):
                    break
            if any(map(is_secret, columns)):
                yield from _parameters(text, reader.place, columns)
        elif columns and reader.take("select"):
            yield from _row(reader, columns, _OF_SELECT)
        position = max(found.end(), reader.place)


def _tables(text: str) -> Iterator[Span]:
    """`(VALUES (…)) AS v (login, password)`, and `WITH v (login, password) AS (VALUES (…))`."""
    position = 0
    while (found := _TABLE.search(text, position)) is not None:
        reader = Reader(text, found.end())
        columns = _columns(Reader(text, found.start() + 1)) if found.group(1) else []
        rows = []
        while reader.take("("):
            row = []
            while True:
                row.append(reader.item())
                if not reader.take(","):
                    break
            rows.append(row)
            if not (reader.take(")") and reader.take(",")):
                break
        if not columns and reader.take(")"):
            reader.take("as")
            reader.name()
            columns = _columns(reader) if reader.take("(") else []
        for row in rows:
            for name, item in zip(columns, row):
                if is_secret(name):
                    yield from strings(item)
        position = max(found.end(), reader.place)


def _parameters(text: str, start: int, columns: Sequence[str]) -> Iterator[Span]:
    """What SQLAlchemy shows beside a statement whose values go by their position."""
    place = text.find(_PARAMETERS, start, start + _FAR)
    if place < 0:
        return
    reader = Reader(text, place + len(_PARAMETERS))
    reader.take("[")
    number = 0
    while reader.take("("):
        while reader.at is not None and reader.seen != ")":
            item = reader.item()
            if is_secret(columns[number % len(columns)]):
                # Python takes the other quotes as well.
                yield from ((token.start, token.end) for token in item if token.kind in (Kind.STRING, Kind.QUOTED, Kind.BROKEN))
            number += 1
            if not reader.take(","):
                break
        reader.take(")")
        reader.take(",")


def _columns(reader: Reader) -> list[str]:
    """Behind their opening parenthesis."""
    found = []
    while (name := reader.name()) is not None:
        found.append(name)
        if not reader.take(","):
            break
    return found if reader.take(")") else []


def _row(reader: Reader, columns: Sequence[str], ends: frozenset[str] = frozenset()) -> Iterator[Span]:
    """Also where one value names the next, as in a table of settings."""
    before: list[Token] = []
    number = 0
    while True:
        item = reader.item(ends)
        if (number < len(columns) and is_secret(columns[number])) or _is_name_of_secret(reader.text, before):
            yield from strings(item)
        before, number = item, number + 1
        if not reader.take(","):
            break
    reader.take(")")


def _is_name_of_secret(text: str, item: Sequence[Token]) -> bool:
    if len(item) != 1 or item[0].kind is not Kind.STRING:
        return False
    name = text[item[0].start : item[0].end].strip("'\\\"")
    return len(name) < 64 and name.replace("_", "").replace(".", "").replace("-", "").isalnum() and is_secret(name)
