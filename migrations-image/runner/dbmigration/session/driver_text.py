"""A text on its way to a driver, as the server gets it: some drivers have signs of their own for a value and for a percent
sign."""

from __future__ import annotations

import re
from typing import Any

from dbmigration.sql.lexer import Kind, tokens

# How a driver is given a value, and a percent sign.
_GIVEN = re.compile(r"%(?:[%s]|\([^()%]*\)s)")
_STYLES = ("format", "pyformat")
# Has such signs only where there are values, and in no quotes.
_HEEDING_QUOTES = "pg8000"
_IN_QUOTES = (Kind.STRING, Kind.QUOTED, Kind.BROKEN)


def as_the_server_reads_it(text: str, values: Any, context: Any) -> str:
    """What stands for a value, and would be an operator otherwise, becomes a parameter of the server's."""
    if "%" not in text or context.dialect.paramstyle not in _STYLES:
        return text
    if not values and context.no_parameters:
        # SQLAlchemy does not even say that there are none, and then the text goes out as it is.
        return text
    if context.dialect.driver != _HEEDING_QUOTES:
        return _read(text)
    return _read_outside_of_quotes(text) if values else text


def _read(text: str) -> str:
    return _GIVEN.sub(lambda found: "%" if found.group() == "%%" else " $1 ", text)


def _read_outside_of_quotes(text: str) -> str:
    found, done = "", 0
    for token in tokens(text):
        if token.kind in _IN_QUOTES:
            found += _read(text[done : token.start]) + text[token.start : token.end]
            done = token.end
    return found + _read(text[done:])
