"""Strings of SQL behind the word PASSWORD, in each of the forms that PostgreSQL knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbmigration.sql.lexer import Kind, after_space, token_at

# Behind a quote it is the name of something in another language.
_PASSWORD = re.compile(r"""(?i)(?<!['"])password\s*""")
_BEGINNINGS = ("'", "$", "e'", "u&'")
# Between a name that is a string itself, as of a setting, and its value.
_COMMA = re.compile(r"'\s*,\s*")


def passwords(text: str) -> Iterator[tuple[int, int]]:
    """Where they begin and end; one between dollars that has no end goes on to the end of the text."""
    position = 0
    while (found := _PASSWORD.search(text, position)) is not None:
        position = found.end()
        comma = _COMMA.match(text, position)
        start, _ = after_space(text, position if comma is None else comma.end())
        if not text[start : start + 3].lower().startswith(_BEGINNINGS):
            continue
        end = doubled_end(text, start)
        if end is not None:
            yield start, end
            position = end
            continue
        token = token_at(text, start)
        if token.kind is Kind.STRING or (token.kind is Kind.BROKEN and text[start] == "$"):
            yield token.start, token.end
            position = token.end


def doubled_end(text: str, start: int) -> int | None:
    """Of one within another string, as of EXECUTE in a block, where each of its quotes is doubled."""
    content = start
    while text.startswith("''", content):
        content += 2
    if content == start or text[content : content + 1].strip("');,") == "" or text[content].isspace():
        return None
    quotes = text[start:content]
    end = text.find(quotes, content)
    return None if end < 0 else end + len(quotes)
