"""Secrets of a statement that failed, as far as the server or the driver repeats them in what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from dbmigration.planning.place import chain
from dbmigration.report import secret_arguments, secret_columns
from dbmigration.report.fragments import SHORTEST
from dbmigration.report.named_values import named
from dbmigration.report.setting_names import is_secret, is_spoken_of
from dbmigration.report.sql_strings import passwords

# Where a driver puts a value: by its place in the order, by its number, or by its name.
_GIVEN = re.compile(r"%s|\$([0-9]{1,5})|%\(([^()]{1,100})\)s|\?")
_QUOTES = ("\\'", "''", "'", '"', "$")
_MARK = "\x1a"
_MOST_SETS = 1000
# Of a longer one the message may have the beginning alone.
_BEGINNING = 16


def of_statement(statement: object, parameters: Any, compiled: Any, error: BaseException) -> Iterator[str]:
    """`compiled` has the values by the names that a script gave them, where the driver knows them by their places alone."""
    sets = [*_sets(parameters), *_sets(compiled)]
    text = statement if isinstance(statement, str) else ""
    yield from _repeated([*_literals(text), *_values(text, sets)], error)


def of_text(text: str, error: BaseException) -> Iterator[str]:
    """Of whatever is shown of it: the lines of a script that a traceback has, and what a driver quotes."""
    yield from _repeated([*_literals(text), *(_bare(text[start:end]) for start, end in named(text))], error)


def _repeated(values: Iterable[str], error: BaseException) -> Iterator[str]:
    said = "\n".join(_said(cause) for cause in chain(error))
    for value in dict.fromkeys(filter(str.strip, values)):
        forms = {value, repr(value)[1:-1], value.replace("'", "''")}
        if len(value) < SHORTEST:
            # It is in some word of every message.
            forms = {f"{quote}{form}{quote}" for quote in ("'", '"') for form in forms}
        if any(form[:_BEGINNING] in said for form in forms):
            yield value


def _said(error: BaseException) -> str:
    # SQLAlchemy's own text has the statement as well.
    own = getattr(error, "orig", None)
    return "" if isinstance(own, BaseException) else f"{error}\n{getattr(error, 'detail', '')}"


def _literals(text: str) -> Iterator[str]:
    for start, end in _spans(text):
        inner = _bare(text[start:end])
        yield from (inner, inner.replace("''", "'"))


def _bare(literal: str) -> str:
    """Without its quotes, of which a cut one has lost those at its end."""
    quote = next((sign for sign in _QUOTES if sign in literal), "")
    inner = literal[literal.find(quote) + len(quote) :]
    return (inner.rpartition(quote)[0] if quote and quote in inner else inner).strip("$")


def _values(text: str, sets: Sequence[Any]) -> Iterator[str]:
    keys = list(_secret_keys(text)) if sets else []
    for values in sets:
        if isinstance(values, Mapping):
            names = [name for name in values if isinstance(name, str) and (name in keys or is_secret(name))]
            yield from (_as_text(values[name]) for name in names)
        else:
            yield from (_as_text(values[key]) for key in keys if isinstance(key, int) and key < len(values))


def _secret_keys(text: str) -> Iterator[int | str]:
    """The places and names of values that stand where a string would be masked."""
    found: list[int | str] = []

    def mark(match: re.Match[str]) -> str:
        number, name = match.groups()
        found.append(name or (int(number) - 1 if number else len(found)))
        return f"'{_MARK}{len(found) - 1}{_MARK}'"

    marked = _GIVEN.sub(mark, text)
    for start, end in _spans(marked):
        number = marked[start:end].strip(f"'{_MARK}")
        if _MARK in marked[start:end] and number.isdigit():
            yield found[int(number)]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    if is_spoken_of(text):
        yield from passwords(text)
        yield from secret_columns.spans(text)
        yield from secret_arguments.spans(text)


def _sets(parameters: Any) -> Iterator[Any]:
    """One for each row."""
    if isinstance(parameters, Mapping):
        yield parameters
    elif isinstance(parameters, (list, tuple)):
        if parameters and all(isinstance(each, (Mapping, list, tuple)) for each in islice(parameters, 2)):
            yield from islice(parameters, _MOST_SETS)
        else:
            yield parameters


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or isinstance(value, bool) else repr(value)
