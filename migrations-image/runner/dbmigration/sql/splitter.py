"""The statements of a text, which are sent to the server as one string."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from dbmigration.sql.lexer import COMMENTS, Kind, Token, after_space, is_letter, token_at, tokens, word

# So many tokens of a statement say nearly always what it is.
_FIRST = 5
# What may begin a token that hides a semicolon, and the semicolon.
_SPECIAL = re.compile(r"['\"$;/\-]")
# No expression begins with these: a CASE in front of one is the name of a column.
_BEHIND_A_NAME = frozenset(
    (
        *(";", ",", "from", "into", "where", "group", "having", "window", "order", "limit", "offset", "fetch", "for"),
        *("union", "except", "intersect"),
    )
)


class Statement:
    """One of the statements of a text, from its first token to its semicolon."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self._is_open = False
        """The text ends within its body."""
        self._first = list(islice(self._lexed(tokens(text, start), _Nesting(text)), _FIRST))
        self.verb = word(text, self._first[0]) if self._first else ""

    def tokens(self) -> Iterator[Token]:
        yield from self._first
        if len(self._first) == _FIRST:
            nesting = _Nesting(self.text)
            for token in self._first:
                nesting.pass_by(token)
            yield from self._lexed(tokens(self.text, self._first[-1].end), nesting)
            self._is_open = nesting.inside

    def _lexed(self, following: Iterator[Token], nesting: _Nesting) -> Iterator[Token]:
        for token in following:
            if self.text[token.start] == ";" and not nesting.inside:
                return
            nesting.pass_by(token)
            yield token

    @property
    def end(self) -> int:
        """Where its semicolon stands, or the text ends."""
        return self._end[0]

    @property
    def is_empty(self) -> bool:
        return not self._first

    @property
    def is_broken(self) -> bool:
        return not self._end[1]

    @cached_property
    def _end(self) -> tuple[int, bool]:
        # A rule or a function may have statements of its own in it; what stands in others is passed over quickly.
        seen = deque(self.tokens() if self.verb == "create" else self._first, maxlen=1)
        if seen and (seen[0].kind is Kind.BROKEN or self._is_open):
            return seen[0].end, False
        return _semicolon(self.text, seen[0].end if seen else self.start)


def statements(text: str) -> Iterator[Statement]:
    """Those that say anything."""
    start = 0
    while start < len(text):
        start, _ = after_space(text, start)
        statement = Statement(text, start)
        if not statement.is_empty:
            yield statement
        start = statement.end + 1


class _Nesting:
    """Whether a semicolon ends a statement: it does not in the parentheses of a rule and between BEGIN ATOMIC and its END."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._first: list[str] = []
        self._parentheses = 0
        self._blocks = 0
        self._before = ""
        self._is_behind_case = False

    @property
    def inside(self) -> bool:
        return self._parentheses > 0 or self._blocks > 0

    def pass_by(self, token: Token) -> None:
        if self._first and self._first[0] != "create":
            return
        name = self._text[token.start] if token.kind is Kind.OTHER else word(self._text, token)
        if len(self._first) < 4:
            self._first.append(name)
        self._blocks -= self._is_behind_case and name in _BEHIND_A_NAME
        self._is_behind_case = False
        if token.kind is Kind.OTHER:
            self._parentheses = max(0, self._parentheses + (name == "(") - (name == ")"))
        # After these stands a name, even if it is a key word.
        elif not self._parentheses and self._before not in ("as", ".") and self._has_body():
            if self._blocks == 0:
                self._blocks = int(self._before == "begin" and name == "atomic")
            else:
                self._is_behind_case = name == "case"
                self._blocks += self._is_behind_case - (name == "end")
        self._before = name

    def _has_body(self) -> bool:
        what = self._first[3:] if self._first[1:3] == ["or", "replace"] else self._first[1:]
        return what[:1] in (["function"], ["procedure"])


def _semicolon(text: str, start: int) -> tuple[int, bool]:
    """The next one that is no part of another token, or the end of the text; False if something there is broken.

    The start is one of a token, and so is every run of letters after it.
    """
    position = start
    while True:
        found = _SPECIAL.search(text, position)
        if found is None:
            return len(text), True
        special, mark = found.start(), found.group()
        if mark == ";":
            return special, True
        if mark in "-/" and not text.startswith(COMMENTS, special):
            position = special + 1
            continue
        # What stands in front may belong to it, as in E'…' and a$b$.
        at = special
        while at > position and is_letter(text[at - 1]):
            at -= 1
        while at <= special:
            if mark in "-/":
                at, closed = after_space(text, special)
            else:
                kind, _, at = token_at(text, at)
                closed = kind is not Kind.BROKEN
            if not closed:
                return len(text), False
        position = at
