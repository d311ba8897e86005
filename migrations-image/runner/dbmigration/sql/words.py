"""A statement as a row of words that can be looked at from anywhere, as what it does may stand anywhere in it."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from dbmigration.sql.lexer import Kind, word
from dbmigration.sql.names import Name, part
from dbmigration.sql.splitter import Statement


class Word(NamedTuple):
    kind: Kind
    seen: str
    """A name without quotes as the server compares it, or a sign; empty for names in quotes and for values."""
    written: str

    @property
    def is_name(self) -> bool:
        return self.kind in (Kind.NAME, Kind.QUOTED)


class Words:
    def __init__(self, words: list[Word]) -> None:
        self._words = words
        self.place = 0

    @classmethod
    def of(cls, statement: Statement) -> Words:
        text = statement.text
        return cls([_word(text, token.kind, token.start, token.end, word(text, token)) for token in statement.tokens()])

    def seen(self, ahead: int = 0) -> str:
        """What stands here, or some words ahead; empty at the end."""
        place = self.place + ahead
        return self._words[place].seen if 0 <= place < len(self._words) else ""

    def at(self, ahead: int = 0) -> Word | None:
        place = self.place + ahead
        return self._words[place] if 0 <= place < len(self._words) else None

    @property
    def ended(self) -> bool:
        return self.place >= len(self._words)

    def take(self, *wanted: str) -> bool:
        if any(self.seen(ahead) != one for ahead, one in enumerate(wanted)):
            return False
        self.place += len(wanted)
        return True

    def take_one_of(self, wanted: Collection[str]) -> str:
        found = self.seen()
        if found and found in wanted:
            self.place += 1
            return found
        return ""

    def identifier(self) -> str | None:
        """Goes past one part of a name."""
        found = self.at()
        if found is None or not found.is_name:
            return None
        self.place += 1
        return part(found.written)

    def name(self) -> Name | None:
        """Goes past a name with its schema, if it has one; of a database's name nothing is kept."""
        parts = [self.identifier()]
        while self.take("."):
            parts.append(self.identifier())
        if None in parts or len(parts) > 3:
            return None
        return Name(parts[-2] if len(parts) > 1 else None, str(parts[-1]))

    def has(self, *wanted: str) -> bool:
        """Whether one of these stands anywhere from here on."""
        return any(word.seen in wanted for word in self._words[self.place :])

    def rest(self) -> list[Word]:
        return self._words[self.place :]

    def items(self) -> list[Words]:
        """What follows, taken apart at the commas that stand in no parentheses."""
        found: list[list[Word]] = [[]]
        depth = 0
        for one in self.rest():
            depth += (one.seen in ("(", "[")) - (one.seen in (")", "]"))
            if one.seen == "," and depth <= 0:
                found.append([])
            else:
                found[-1].append(one)
        return [Words(words) for words in found]


def _word(text: str, kind: Kind, start: int, end: int, seen: str) -> Word:
    # Of a long value nothing is of interest.
    written = text[start:end] if kind not in (Kind.STRING, Kind.BROKEN) else text[start : min(end, start + 100)]
    return Word(kind, seen or (written if kind in (Kind.OTHER, Kind.OPERATOR) else ""), written)
