"""PostgreSQL's lexical rules (its scan.l): where the tokens of a statement string begin and end, and where its statements do.

Everything that is decided about SQL of others is decided about these tokens. Each character is looked at a bounded number
of times: the patterns are runs of one class of characters, with nothing behind them for which a run would have to be
shortened, or they say what is found next.

The rules are those of version 16 with `standard_conforming_strings`, as every server has it unless told otherwise. An older
one splits `1_000` and `0x1F` into a number and a name, on which nothing here depends.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from enum import Enum
from functools import cached_property
from itertools import islice
from typing import NamedTuple

_SPACE = re.compile(r"[ \t\n\r\f\v]*")
_LINE = re.compile(r"[^\n\r]*")
_COMMENT_MARK = re.compile(r"/\*|\*/")
# To the server every character that is not ASCII is a letter, a space that does not break included.
_NAME = re.compile(r"[A-Za-z0-9_$\x80-\U0010ffff]+")
_DIGITS = re.compile(r"[0-9_]+")
_PARAMETER = re.compile(r"[0-9]+")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f_]+")
_TAG = re.compile(r"[A-Za-z0-9_\x80-\U0010ffff]*")
# The server refuses one of 64 characters and more; to look further would be to look at a long one again and again.
_OPERATOR = re.compile(r"[~!@#^&|`?+\-*/%<>=]{1,65}")
_ESCAPE_OR_QUOTE = re.compile(r"['\\]")
_NOT_OF_STANDARD_OPERATORS = re.compile(r"[~!@#^&|`?%]")
# What may begin a token that hides a semicolon, and the semicolon.
_SPECIAL = re.compile(r"['\"$;/\-]")
# So many tokens of a statement say nearly always what it is.
_FIRST = 5
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_NUMERALS = frozenset("0123456789")
_OPERATOR_CHARACTERS = frozenset("~!@#^&|`?+-*/%<>=")
_BREAKING = frozenset(" \t\n\r\f\v-")
_COMMENTS = ("--", "/*")
_PAIRS = ("::", ":=", "..")


class Kind(Enum):
    NAME = "a name or key word without quotes"
    QUOTED = "a name in quotes"
    STRING = "a string or bit string of any form"
    NUMBER = "a number"
    PARAMETER = "a parameter, such as $1"
    OPERATOR = "an operator"
    OTHER = "punctuation"
    BROKEN = "a comment, string or name without an end, up to the end of the text"


class Token(NamedTuple):
    kind: Kind
    start: int
    end: int


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Those from here on, without space and comments. One that is broken is the last: the server refuses such a text."""
    while True:
        start, closed = _after_space(text, start)
        if start >= len(text):
            return
        found = _token(text, start) if closed else Token(Kind.BROKEN, start, len(text))
        yield found
        if found.kind is Kind.BROKEN:
            return
        start = found.end


def word(text: str, token: Token) -> str:
    """A name without quotes as the server compares it; empty for every other token."""
    return folded(text[token.start : token.end]) if token.kind is Kind.NAME else ""


def folded(name: str) -> str:
    # The server folds what is not ASCII in single-byte encodings only.
    return name.lower() if name.isascii() else "".join(c.lower() if c.isascii() else c for c in name)


class Statement:
    """One of the statements of a text, from its first token to its semicolon."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self._first = list(islice(self._lexed(tokens(text, start), _Nesting(text)), _FIRST))
        self.verb = word(text, self._first[0]) if self._first else ""

    def tokens(self) -> Iterator[Token]:
        yield from self._first
        if len(self._first) == _FIRST:
            nesting = _Nesting(self.text)
            for token in self._first:
                nesting.pass_by(token)
            yield from self._lexed(tokens(self.text, self._first[-1].end), nesting)

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
        if seen and seen[0].kind is Kind.BROKEN:
            return seen[0].end, False
        return _semicolon(self.text, seen[0].end if seen else self.start)


def statements(text: str) -> Iterator[Statement]:
    """Those that say anything."""
    start = 0
    while start < len(text):
        start, _ = _after_space(text, start)
        statement = Statement(text, start)
        if not statement.is_empty:
            yield statement
        start = statement.end + 1


def content(text: str, token: Token) -> str:
    """What stands in a string; escapes stay as they are."""
    written = text[token.start : token.end]
    if written.startswith("$"):
        tag = written.index("$", 1) + 1
        return written[tag:-tag]
    return written[written.index("'") + 1 : -1].replace("''", "'")


class _Nesting:
    """Whether a semicolon ends a statement: it does not in the parentheses of a rule and between BEGIN ATOMIC and its END."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._first: list[str] = []
        self._parentheses = 0
        self._blocks = 0
        self._before = ""

    @property
    def inside(self) -> bool:
        return self._parentheses > 0 or self._blocks > 0

    def pass_by(self, token: Token) -> None:
        if self._first and self._first[0] != "create":
            return
        name = word(self._text, token)
        if len(self._first) < 4:
            self._first.append(name)
        if token.kind is Kind.OTHER:
            name = self._text[token.start]
            self._parentheses = max(0, self._parentheses + (name == "(") - (name == ")"))
        # After these stands a name, even if it is a key word.
        elif not self._parentheses and self._before not in ("as", ".") and self._has_body():
            if self._blocks == 0:
                self._blocks = int(self._before == "begin" and name == "atomic")
            else:
                self._blocks += (name == "case") - (name == "end")
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
        if mark in "-/" and not text.startswith(_COMMENTS, special):
            position = special + 1
            continue
        # What stands in front may belong to it, as in E'…' and a$b$.
        at = special
        while at > position and _is_letter(text[at - 1]):
            at -= 1
        while at <= special:
            if mark in "-/":
                at, closed = _after_space(text, special)
            else:
                kind, _, at = _token(text, at)
                closed = kind is not Kind.BROKEN
            if not closed:
                return len(text), False
        position = at


def _is_letter(character: str) -> bool:
    return character in _LETTERS or character in _NUMERALS or character >= "\x80"


def _after_space(text: str, start: int) -> tuple[int, bool]:
    """Behind space and comments; or where a comment begins that has no end, and False."""
    while True:
        start = _run(_SPACE, text, start)
        mark = text[start : start + 2]
        if mark == "--":
            start = _run(_LINE, text, start)
        elif mark == "/*":
            end = _comment_end(text, start + 2)
            if end is None:
                return start, False
            start = end
        else:
            return start, True


def _comment_end(text: str, position: int) -> int | None:
    depth = 1
    while depth:
        mark = _COMMENT_MARK.search(text, position)
        if mark is None:
            return None
        depth += 1 if mark.group() == "/*" else -1
        position = mark.end()
    return position


def _token(text: str, start: int) -> Token:
    first = text[start]
    if first in _LETTERS or first >= "\x80":
        return _name_or_prefixed(text, start)
    if first == "'":
        return _closed(Kind.STRING, start, _string_end(text, start + 1, escapes=False), text)
    if first == '"':
        return _closed(Kind.QUOTED, start, _quoted_end(text, start + 1), text)
    if first in _NUMERALS or (first == "." and text[start + 1 : start + 2] in _NUMERALS):
        return Token(Kind.NUMBER, start, _number_end(text, start))
    if first == "$":
        return _dollar(text, start)
    if first in _OPERATOR_CHARACTERS:
        return Token(Kind.OPERATOR, start, _operator_end(text, start))
    return Token(Kind.OTHER, start, start + (2 if text.startswith(_PAIRS, start) else 1))


def _closed(kind: Kind, start: int, end: int | None, text: str) -> Token:
    return Token(Kind.BROKEN, start, len(text)) if end is None else Token(kind, start, end)


def _name_or_prefixed(text: str, start: int) -> Token:
    prefix = text[start : start + 3].lower()
    if prefix[1:2] == "'" and prefix[0] in "ebx":
        return _closed(Kind.STRING, start, _string_end(text, start + 2, escapes=prefix[0] == "e"), text)
    if prefix == "u&'":
        return _closed(Kind.STRING, start, _string_end(text, start + 3, escapes=False), text)
    if prefix == 'u&"':
        return _closed(Kind.QUOTED, start, _quoted_end(text, start + 3), text)
    return Token(Kind.NAME, start, _run(_NAME, text, start))


def _string_end(text: str, position: int, escapes: bool) -> int | None:
    while True:
        quote = _quote(text, position, escapes)
        if quote < 0:
            return None
        if text.startswith("'", quote + 1):
            # A bit string has no doubled quotes, and what would be one is another string there, to the same end.
            position = quote + 2
            continue
        resumed = _resumed(text, quote + 1)
        if resumed is None:
            return quote + 1
        position = resumed


def _quote(text: str, position: int, escapes: bool) -> int:
    """The next one that is not escaped by a backslash."""
    if not escapes:
        return text.find("'", position)
    while True:
        found = _ESCAPE_OR_QUOTE.search(text, position)
        if found is None:
            return -1
        if found.group() == "'":
            return found.start()
        position = found.end() + 1


def _resumed(text: str, position: int) -> int | None:
    """Where a string goes on that has been closed: behind the next quote, with a line break and nothing else in between."""
    start = position
    if text[position : position + 1] not in _BREAKING:
        return None
    while position < len(text):
        end = _run(_LINE if text.startswith("--", position) else _SPACE, text, position)
        if end == position:
            break
        position = end
    if position == start or not text.startswith("'", position):
        return None
    between = text[start:position]
    return position + 1 if "\n" in between or "\r" in between else None


def _quoted_end(text: str, position: int) -> int | None:
    while True:
        quote = text.find('"', position)
        if quote < 0:
            return None
        if not text.startswith('"', quote + 1):
            return quote + 1
        position = quote + 2


def _dollar(text: str, start: int) -> Token:
    following = text[start + 1 : start + 2]
    if following in _NUMERALS:
        return Token(Kind.PARAMETER, start, _run(_PARAMETER, text, start + 1))
    tag = _run(_TAG, text, start + 1)
    if not text.startswith("$", tag):
        return Token(Kind.OTHER, start, start + 1)
    end = text.find(text[start : tag + 1], tag + 1)
    return _closed(Kind.STRING, start, None if end < 0 else end + tag + 1 - start, text)


def _number_end(text: str, start: int) -> int:
    if text[start] == "0" and text[start + 1 : start + 2] in tuple("xXoObB"):
        end = _run(_HEXADECIMAL, text, start + 2)
        if end > start + 2:
            return end
    end = _run(_DIGITS, text, start)
    if text.startswith(".", end) and not text.startswith("..", end):
        end = _run(_DIGITS, text, end + 1)
    if text[end : end + 1] in ("e", "E"):
        digits = end + (2 if text[end + 1 : end + 2] in ("+", "-") else 1)
        if text[digits : digits + 1] in _NUMERALS:
            return _run(_DIGITS, text, digits)
    return end


def _operator_end(text: str, start: int) -> int:
    """It ends where a comment begins. Without a character that SQL's own have not, it does not end with + or -."""
    end = _run(_OPERATOR, text, start)
    for mark in _COMMENTS:
        comment = text.find(mark, start, end)
        end = end if comment < 0 else comment
    if text[end - 1] not in "+-" or _NOT_OF_STANDARD_OPERATORS.search(text, start, end):
        return end
    if text[start] in "+-":
        return start + 1
    return start + max(1, len(text[start:end].rstrip("+-")))


def _run(pattern: re.Pattern[str], text: str, start: int) -> int:
    """The end of the run of characters that begins here; the start itself if there is none."""
    found = pattern.match(text, start)
    return start if found is None else found.end()
