"""Keeps secrets out of everything that is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from urllib.parse import quote, quote_plus, unquote, unquote_plus

MASK = "***"
# Shorter values stand in every other word. Inside a URL, and where a name says that one follows, they are masked
# whatever their length.
SHORTEST = 4
# Shorter ones than this are masked as whole words only: a password `post` is not to hide PostgreSQL.
SHORTEST_WITHIN_WORDS = 8

# Before the password of a URL, also of one whose scheme is malformed.
_USER = re.compile(r"//[^\s:/@'\"]*:")
_REST_OF_WORD = re.compile(r"\S*")
_NAMED = re.compile(
    r"""(?ix)
        (?P<name> (?:passwords?|passwd|passphrase|pwd|secret|token|api_?key|access_?key) ['"]? \s* (?: [=:]\s* | \s(?=') ) )
        (?P<value> ' [^'\\]* (?: (?:\\.|'') [^'\\]* )* ' | " [^"\\]* (?: \\. [^"\\]* )* " | [^\s,;&)'"]+ )"""
)
_SECRET_NAME = re.compile(r"(?i)pass(word|wd|phrase)?|pwd|secret|token|credential|private|api_?key|access_?key")
_SWITCH = re.compile(r"(?i)true|false|none|null|enabled|disabled|required|optional|\d{1,5}")
_PLACE_NAME = re.compile(r"(?i)_(file|path|dir|name|variable)$")
# Where a line was broken in the middle of a value; nobody breaks one that has lines of its own.
_LONGEST_BROKEN = 200
_BREAK = r"(?:[ \t]*\r?\n[ \t]*)?"


class Secrets:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._values: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        for name, value in environment.items():
            self.add(_passwords(value))
            value = value.strip()
            is_place = _PLACE_NAME.search(name) or value.startswith("/")
            if _SECRET_NAME.search(name) and not is_place and not _SWITCH.fullmatch(value):
                # Of a key of many lines a message may show one.
                self.add([value, *value.splitlines()])

    def add(self, values: Iterable[object]) -> None:
        for value in values:
            if isinstance(value, str) and len(value) >= SHORTEST:
                self._values.update(_forms(value))
        self._pattern = None

    def clean(self, text: str) -> str:
        text = _NAMED.sub(rf"\g<name>{MASK}", _without_passwords_of_urls(text))
        if self._pattern is None:
            longest_first = sorted(filter(None, self._values), key=len, reverse=True)
            self._pattern = re.compile("|".join(map(_found, longest_first)) or r"(?!)")
        return self._pattern.sub(MASK, text)


def _forms(value: str) -> set[str]:
    """As a driver may show it, as it stands in a URL, and as an exception quotes it."""
    plain = {value, unquote(value), unquote_plus(value)}
    encoded = {form for text in plain for form in (quote(text, safe=""), quote(text), quote_plus(text))}
    quoted = {form[1:-1] for text in plain for form in (repr(text), json.dumps(text), json.dumps(text, ensure_ascii=False))}
    return plain | encoded | quoted | {text.replace("'", "''") for text in plain}


def _found(value: str) -> str:
    pattern = _broken(value) if len(value) <= _LONGEST_BROKEN else re.escape(value)
    if len(value) >= SHORTEST_WITHIN_WORDS:
        return pattern
    begins, ends = (r"\w" if re.match(r"\w", edge) else r"(?!)" for edge in (value[0], value[-1]))
    return rf"(?<!{begins}){pattern}(?!{ends})"


def _broken(value: str) -> str:
    """Wherever a line may have been broken in it. Between two characters that are no space there is one way to match one."""
    front, back = value[: len(value) - len(value.lstrip())], value[len(value.rstrip()) :] if value.strip() else ""
    runs = groupby(value.strip(), str.isspace)
    within = (r"\s+" if is_space else _BREAK.join(map(re.escape, run)) for is_space, run in runs)
    return re.escape(front) + "".join(within) + re.escape(back)


def _passwords(value: str) -> Iterator[str]:
    for start, end in _passwords_of_urls(value):
        yield value[start:end]
    for match in _NAMED.finditer(value):
        found = match.group("value")
        if not _SWITCH.fullmatch(found):
            yield found
        if found[0] in "'\"" and len(found) > 1:
            yield re.sub(r"\\(.)", r"\1", found[1:-1])


def _without_passwords_of_urls(text: str) -> str:
    parts, kept = [], 0
    for start, end in _passwords_of_urls(text):
        parts += [text[kept:start], MASK]
        kept = end
    return "".join(parts) + text[kept:]


def _passwords_of_urls(text: str) -> Iterator[tuple[int, int]]:
    """Where they begin and end: at the last @ of the word. Each word is looked through once, however many begin in it."""
    position = end = last = 0
    while (start := text.find("//", position)) >= 0:
        if start >= end:
            end = _REST_OF_WORD.match(text, start).end()  # type: ignore[union-attr]
            last = text.rfind("@", start, end)
        user = _USER.match(text, start)
        if last < start:
            position = end
        elif user is not None and user.end() < last:
            yield user.end(), last
            position = last + 1
        else:
            position = start + 1
