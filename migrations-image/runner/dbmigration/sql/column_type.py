"""Types of columns: which change of one keeps every value as it is."""

from __future__ import annotations

from typing import NamedTuple

from dbmigration.sql.lexer import Kind, tokens

_SAME = {
    "varchar": "character varying",
    "char varying": "character varying",
    "char": "character",
    "nchar": "character",
    "national character": "character",
    "national char": "character",
    "nchar varying": "character varying",
    "national character varying": "character varying",
    "national char varying": "character varying",
    "int": "integer",
    "int4": "integer",
    "int2": "smallint",
    "int8": "bigint",
    "decimal": "numeric",
    "dec": "numeric",
    "float4": "real",
    "float": "double precision",
    "float8": "double precision",
    "bool": "boolean",
    "varbit": "bit varying",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "timetz": "time with time zone",
    "time": "time without time zone",
}
_WIDER = {
    "smallint": ("integer", "bigint"),
    "integer": ("bigint",),
    "real": ("double precision",),
    "cidr": ("inet",),
}
# Words of the grammar itself; other names are looked up on the search path.
_OF_THE_GRAMMAR = frozenset(
    (
        *("bigint", "bit", "boolean", "char", "character", "dec", "decimal", "double", "float", "int", "integer", "interval"),
        *("national", "nchar", "numeric", "real", "smallint", "time", "timestamp", "varchar"),
    )
)
# What they mean without a number; bpchar is one without an end.
_LENGTH_OF_ONE = ("character", "bit")
_INTEGERS = ("smallint", "integer", "bigint")
_OF_LENGTH = ("character varying", "bit varying")
# Digits of a second: as many as there are, if none are named.
_OF_PRECISION = {
    "timestamp without time zone",
    "timestamp with time zone",
    "time without time zone",
    "time with time zone",
}
_MOST_PRECISE = 6
_MOST_OF_REAL = 24


class _Type(NamedTuple):
    name: str
    numbers: tuple[int, ...]


def is_looked_up(text: str) -> bool:
    """Whether what is in the database decides which type this is."""
    first = next(tokens(text), None)
    return first is None or text[first.start : first.end].lower() not in _OF_THE_GRAMMAR


def is_of_the_server(name: str) -> bool:
    return name in _SAME or name in _WIDER or name == "text"


def keeps_values(before: str, after: str) -> bool:
    """Whether each value of a column is the same one afterwards. What is not known to be so is not so."""
    old, new = _type(before), _type(after)
    if old is None or new is None:
        return False
    if old == new:
        return True
    if new.name in _WIDER.get(old.name, ()) and not new.numbers:
        return True
    if new == _Type("numeric", ()) and old.name in (*_INTEGERS, "numeric"):
        return True
    if new == _Type("text", ()) and old.name == "character varying":
        return True
    if old == _Type("text", ()) and new == _Type("character varying", ()):
        return True
    if new == _Type("bpchar", ()) and old.name == "character":
        return True
    return old.name == new.name and _is_longer(old, new)


def _is_longer(old: _Type, new: _Type) -> bool:
    if old.name in _OF_LENGTH:
        return not new.numbers or (len(old.numbers) == 1 and new.numbers[0] >= old.numbers[0])
    if old.name in _OF_PRECISION:
        return _precision(new) >= _precision(old)
    if old.name == "numeric" and old.numbers and new.numbers:
        (p, s), (q, t) = old.numbers, new.numbers
        return t >= s and q - t >= p - s
    return False


def _precision(kind: _Type) -> int:
    return kind.numbers[0] if kind.numbers else _MOST_PRECISE


def _type(text: str) -> _Type | None:
    """None for what has quotes, a schema or brackets: of these only the server knows which they are."""
    names: list[str] = []
    numbers: list[int] = []
    for token in tokens(text):
        written = text[token.start : token.end]
        if token.kind is Kind.NAME:
            names.append(written.lower())
        elif token.kind is Kind.NUMBER and written.isdigit():
            numbers.append(int(written))
        elif written not in ("(", ")", ","):
            return None
    name = _SAME.get(" ".join(names), " ".join(names))
    if names[:1] == ["float"] and numbers:
        # Of so many binary digits at least.
        name, numbers = ("real" if numbers[0] <= _MOST_OF_REAL else "double precision"), []
    if name == "bpchar" and numbers:
        name = "character"
    if name in _LENGTH_OF_ONE and not numbers:
        numbers = [1]
    if name == "numeric" and len(numbers) == 1:
        numbers.append(0)
    return _Type(name, tuple(numbers))
