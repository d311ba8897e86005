"""Reads a statement from left to right, word by word."""

from __future__ import annotations

from collections.abc import Iterator

from dbmigration.sql.lexer import Kind, Token, word
from dbmigration.sql.splitter import Statement


class Phrase:
    def __init__(self, statement: Statement) -> None:
        self._text = statement.text
        self._tokens: Iterator[Token] = statement.tokens()
        self._ahead: list[Token] = []

    def take(self, *wanted: str) -> bool:
        """Goes past these words and signs, if they are what comes next."""
        if any(self._seen(self._peek(place)) != one for place, one in enumerate(wanted)):
            return False
        del self._ahead[: len(wanted)]
        return True

    def take_one_of(self, wanted: frozenset[str]) -> bool:
        return any(self.take(one) for one in wanted)

    def name(self, reserved: frozenset[str] = frozenset()) -> str | None:
        """Goes past a name and tells how it is written; the reserved words need quotes to be one."""
        token = self._peek()
        if token is None or token.kind not in (Kind.NAME, Kind.QUOTED) or self._seen(token) in reserved:
            return None
        del self._ahead[0]
        return self._text[token.start : token.end]

    def qualified_name(self, reserved: frozenset[str] = frozenset()) -> str | None:
        written = self.name(reserved)
        while written is not None and self.take("."):
            after = self.name()
            written = None if after is None else f"{written}.{after}"
        return written

    def skip(self) -> str | None:
        """Goes past anything; None at the end."""
        token = self._peek()
        if token is None:
            return None
        del self._ahead[0]
        return self._text[token.start : token.end]

    @property
    def ended(self) -> bool:
        return self._peek() is None

    def _peek(self, place: int = 0) -> Token | None:
        while len(self._ahead) <= place:
            token = next(self._tokens, None)
            if token is None:
                return None
            self._ahead.append(token)
        return self._ahead[place]

    def _seen(self, token: Token | None) -> str | None:
        if token is None:
            return None
        return word(self._text, token) or (
            self._text[token.start : token.end] if token.kind in (Kind.OTHER, Kind.OPERATOR) else None
        )
