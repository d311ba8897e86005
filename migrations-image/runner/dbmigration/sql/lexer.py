"""PostgreSQL's lexical rules (its scan.l): where the tokens of a text begin and end.

Everything that is decided about SQL of others is decided about these tokens. Each character is looked at a bounded number
of times: the patterns are runs of one class of characters, with nothing behind them for which a run would have to be
shortened, or they say what is found next.

The rules are those of version 16 with `standard_conforming_strings`, as every server has it unless told otherwise. An older
one splits `1_000` and `0x1F` into a number and a name, on which nothing here depends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

_SPACE = re.compile(r"[ \t\n\r\f\v]*")
_LINE = re.compile(r"[^\n\r]*")
_COMMENT_MARK = re.compile(r"/\*|\*/")
# To the server every character that is not ASCII is a letter, a space that does not break included. Said by what is not in
# them: to compile a class that goes on to the last character takes fifty times as long.
_NAME = re.compile(r"[^\x00-#%-/:-@\[-^`{-\x7f]+")
_DIGITS = re.compile(r"[0-9_]+")
_PARAMETER = re.compile(r"[0-9]+")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f_]+")
_TAG = re.compile(r"[^\x00-/:-@\[-^`{-\x7f]*")
# The server refuses one of 64 characters and more; to look further would be to look at a long one again and again.
_OPERATOR = re.compile(r"[~!@#^&|`?+\-*/%<>=]{1,65}")
_ESCAPE_OR_QUOTE = re.compile(r"['\\]")
_NOT_OF_STANDARD_OPERATORS = re.compile(r"[~!@#^&|`?%]")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_NUMERALS = frozenset("0123456789")
_OPERATOR_CHARACTERS = frozenset("~!@#^&|`?+-*/%<>=")
_BREAKING = frozenset(" \t\n\r\f\v-")
COMMENTS = ("--", "/*")
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
        start, closed = after_space(text, start)
        if start >= len(text):
            return
        found = token_at(text, start) if closed else Token(Kind.BROKEN, start, len(text))
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


def is_letter(character: str) -> bool:
    return character in _LETTERS or character in _NUMERALS or character >= "\x80"


def content(text: str, token: Token) -> str:
    """What stands in a string; escapes stay as they are."""
    written = text[token.start : token.end]
    if written.startswith("$"):
        tag = written.index("$", 1) + 1
        return written[tag:-tag]
    return written[written.index("'") + 1 : -1].replace("''", "'")


def after_space(text: str, start: int) -> tuple[int, bool]:
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
    if text.find("*/", position) < 0:
        # Otherwise each of many that have none would be gone through mark by mark.
        return None
    depth = 1
    while depth:
        mark = _COMMENT_MARK.search(text, position)
        if mark is None:
            return None
        depth += 1 if mark.group() == "/*" else -1
        position = mark.end()
    return position


def token_at(text: str, start: int) -> Token:
    """The one that begins here."""
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
    for mark in COMMENTS:
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
