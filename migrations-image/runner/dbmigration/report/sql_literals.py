"""The tokens of SQL that stands anywhere in a text: whole, cut, or within a string of SQL or of another language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbmigration.report.sql_strings import doubled_end
from dbmigration.sql.lexer import Kind, Token, after_space, token_at, word

_REST_OF_LINE = re.compile(r"[^\n]*")
_ESCAPED = {"\\'": Kind.STRING, '\\"': Kind.QUOTED}


def parts(text: str, start: int) -> Iterator[Token]:
    """From here on. A string that has no end is the last one, and goes on to the end of its line."""
    while True:
        start, closed = after_space(text, start)
        if start >= len(text) or not closed:
            return
        token = part_at(text, start)
        yield token
        if token.kind is Kind.BROKEN:
            return
        start = token.end


def part_at(text: str, start: int) -> Token:
    quote = text[start : start + 2]
    end = doubled_end(text, start) if quote == "''" else None
    if end is not None:
        return Token(Kind.STRING, start, end)
    if quote in _ESCAPED:
        closing = text.find(quote, start + 2)
        if closing >= 0:
            return Token(_ESCAPED[quote], start, closing + 2)
    token = token_at(text, start)
    if token.kind is Kind.BROKEN and text[start] != "$":
        return Token(Kind.BROKEN, start, _REST_OF_LINE.match(text, start).end())  # type: ignore[union-attr]
    return token


class Reader:
    """Goes from token to token."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.place = start
        """Where it has come to."""
        self._parts = parts(text, start)
        self.at = next(self._parts, None)

    @property
    def seen(self) -> str:
        """A word as the server compares it, or a sign; empty for values and names in quotes, and at the end."""
        if self.at is None:
            return ""
        if self.at.kind in (Kind.OTHER, Kind.OPERATOR):
            return self.text[self.at.start : self.at.end]
        return word(self.text, self.at)

    @property
    def is_string(self) -> bool:
        return self.at is not None and self.at.kind in (Kind.STRING, Kind.BROKEN)

    def go(self) -> None:
        if self.at is not None:
            self.place = self.at.end
            self.at = next(self._parts, None)

    def take(self, *wanted: str) -> bool:
        """Goes past one of these, if it is there."""
        found = self.seen in wanted
        if found:
            self.go()
        return found

    def name(self) -> str | None:
        """Goes past one part of a name."""
        if self.at is None or self.at.kind not in (Kind.NAME, Kind.QUOTED):
            return None
        written = self.text[self.at.start : self.at.end].strip('\\"')
        self.go()
        return written

    @property
    def follows(self) -> bool:
        """Whether nothing stands in between."""
        return self.at is not None and self.at.start == self.place

    def taken(self) -> list[Token]:
        """Goes past the next one, whatever it is."""
        found = [] if self.at is None else [self.at]
        self.go()
        return found

    def inside(self) -> list[Token]:
        """Goes past the parenthesis that closes. What stands before it."""
        found = self.item()
        while self.at is not None and not self.take(")"):
            found += [*self.taken(), *self.item()]
        return found

    def item(self, ends: frozenset[str] = frozenset()) -> list[Token]:
        """Goes to the comma or the parenthesis that ends one, or to one of these words. What it consists of."""
        found: list[Token] = []
        depth = 0
        while self.at is not None and not (depth == 0 and (self.seen in (",", ")", "]", ";") or self.seen in ends)):
            depth += (self.seen in ("(", "[")) - (self.seen in (")", "]"))
            found.append(self.at)
            self.go()
        return found


def strings(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    return ((token.start, token.end) for token in tokens if token.kind in (Kind.STRING, Kind.BROKEN))
