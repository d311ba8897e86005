"""What a step would send, as the digest of its plan covers it: all but what is another in each process.

An approval has to fit what runs then, and to fit nothing else. So of a statement that is another one each time that it is
made only the values are left out that differ, and what it does is covered besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dbmigration.planning.own_values import OwnValues
from dbmigration.sql.lexer import Kind, Token, content, tokens

DIFFERS = None
"""Stands for a value that does."""


@dataclass(frozen=True)
class Sent:
    text: str
    """As a person would write it."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What stands in no token of it, by names."""


def covered(first: Sequence[Sent], second: Sequence[Sent], effects: Sequence[Sequence[str]], own: OwnValues) -> list[Any]:
    """Of a step that was made twice, with what each of the first ones does."""
    if len(first) != len(second):
        return [effect for some in effects for effect in some]
    found: list[Any] = []
    for one, other, some in zip(first, second, effects):
        if one == other and not any(map(own.may_stand_in, (one.text, *one.values.values()))):
            found.append(one.text)
            continue
        pieces, values = _pieces(one.text, other.text, own), _values(one, other, own)
        is_the_same = pieces == _written(one.text) and values == one.values
        found += [one.text] if one == other and is_the_same else [{"pieces": pieces, "values": values}, *some]
    return found


def _pieces(text: str, other: str, own: OwnValues) -> list[Any] | None:
    """Token by token; nothing where these are not of the same kinds."""
    ones, others = list(tokens(text)), list(tokens(other))
    if [token.kind for token in ones] != [token.kind for token in others]:
        return None
    return [_piece(text, token, other, second, own) for token, second in zip(ones, others)]


def _piece(text: str, token: Token, other: str, second: Token, own: OwnValues) -> Any:
    written, again = text[token.start : token.end], other[second.start : second.end]
    if token.kind is Kind.STRING and written.startswith("$") and (written != again or own.may_stand_in(written)):
        # Code, mostly.
        inner = content(text, token)
        pieces = _pieces(inner, content(other, second), own)
        return written if written == again and pieces == _written(inner) else pieces
    if written != again:
        return DIFFERS
    if token.kind not in (Kind.STRING, Kind.NUMBER):
        return written
    same = own.covered(content(text, token) if token.kind is Kind.STRING else written)
    return written if same is None else {"own": same}


def _written(text: str) -> list[str]:
    return [text[token.start : token.end] for token in tokens(text)]


def _values(one: Sent, other: Sent, own: OwnValues) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys([*one.values, *other.values], DIFFERS)
    for name, value in one.values.items():
        if other.values.get(name) == value:
            same = own.covered(value.strip("'"))
            found[name] = value if same is None else {"own": same}
    return found
