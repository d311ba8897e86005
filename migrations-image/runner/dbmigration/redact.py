"""Keeps secrets out of everything that is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus, unquote, unquote_plus

MASK = "***"
# Shorter values stand in every other word. Inside a URL, and where a name says that one follows, they are masked
# whatever their length.
SHORTEST = 4
# Shorter ones than this are masked as whole words only: a password `post` is not to hide PostgreSQL.
SHORTEST_WITHIN_WORDS = 8

# user:password@ of a URL, also of one whose scheme is malformed, up to the last @ of the word.
_IN_URL = re.compile(r"//([^\s:/@'\"]*):(\S+)@")
_NAMED = re.compile(
    r"""(?ix)
        (?P<name> (?:passwords?|passwd|passphrase|pwd|secret|token|api_?key|access_?key) ['"]? \s* (?: [=:]\s* | \s(?=') ) )
        (?P<value> ' (?:[^'\\]|\\.|'')* ' | " (?:[^"\\]|\\.)* " | [^\s,;&)'"]+ )"""
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
        text = _IN_URL.sub(rf"//\1:{MASK}@", text)
        text = _NAMED.sub(rf"\g<name>{MASK}", text)
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
    pattern = (_BREAK if len(value) <= _LONGEST_BROKEN else "").join(map(re.escape, value))
    if len(value) >= SHORTEST_WITHIN_WORDS:
        return pattern
    begins, ends = (r"\w" if re.match(r"\w", edge) else r"(?!)" for edge in (value[0], value[-1]))
    return rf"(?<!{begins}){pattern}(?!{ends})"


def _passwords(value: str) -> Iterator[str]:
    for match in _IN_URL.finditer(value):
        yield match.group(2)
    for match in _NAMED.finditer(value):
        found = match.group("value")
        if not _SWITCH.fullmatch(found):
            yield found
        if found[0] in "'\"" and len(found) > 1:
            yield re.sub(r"\\(.)", r"\1", found[1:-1])
