"""Types of columns: which change of one keeps every value as it is."""

from __future__ import annotations

from typing import NamedTuple

from dbmigration.sql.lexer import Kind, tokens

_SAME = {
    "varchar": "character varying",
    "char varying": "character varying",
    "char": "character",
    "bpchar": "character",
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


class _Type(NamedTuple):
    name: str
    numbers: tuple[int, ...]


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
    return old.name == new.name and _is_longer(old, new)


def _is_longer(old: _Type, new: _Type) -> bool:
    if old.name in _OF_LENGTH:
        return not new.numbers or (len(old.numbers) == 1 and new.numbers[0] >= old.numbers[0])
    if old.name in _OF_PRECISION:
        return _precision(new) >= _precision(old)
    if old.name == "numeric" and old.numbers and new.numbers:
        (p, s), (q, t) = _digits(old), _digits(new)
        return t >= s and q - t >= p - s
    return False


def _precision(kind: _Type) -> int:
    return kind.numbers[0] if kind.numbers else _MOST_PRECISE


def _digits(kind: _Type) -> tuple[int, int]:
    return kind.numbers[0], kind.numbers[1] if len(kind.numbers) > 1 else 0


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
    name = " ".join(names)
    # `float(10)` is another type than `float`.
    return None if name == "float" and numbers else _Type(_SAME.get(name, name), tuple(numbers))
