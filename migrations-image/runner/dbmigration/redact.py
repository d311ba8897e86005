"""Keeps secrets out of everything that is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, unquote_plus

MASK = "***"
# Shorter values would mask half of every message; inside a URL they are masked whatever their length.
SHORTEST = 4

# user:password@ of a URL, also of one whose scheme is malformed, up to the last @ of the word.
_IN_URL = re.compile(r"//([^\s:/@'\"]*):(\S+)@")
_NAMED = re.compile(
    r"""(?ix) ( (?:password|passwd|pwd|secret|token) ['"]? \s* (?: [=:]\s* | \s(?=') ) )
        (?: ' (?:[^']|'')* ' | " [^"]* " | [^\s,;&)'"]+ )"""
)
_SECRET_NAME = re.compile(r"(?i)pass(word|wd|phrase)?|pwd|secret|token|credential|private|api_?key|access_?key")
_SWITCH = re.compile(r"(?i)true|false|none|null|enabled|disabled|required|optional|\d{1,5}")
_PLACE_NAME = re.compile(r"(?i)_(file|path|dir|name|variable)$")


class Secrets:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._values: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        for name, value in environment.items():
            self.add(_passwords(value))
            value = value.strip()
            is_place = _PLACE_NAME.search(name) or value.startswith("/")
            if _SECRET_NAME.search(name) and not is_place and not _SWITCH.fullmatch(value):
                self.add([value])

    def add(self, values: Iterable[str | None]) -> None:
        for value in values:
            if value and len(value) >= SHORTEST:
                # A driver may show the decoded form, a URL shows the encoded one.
                self._values.update({value, unquote(value), unquote_plus(value)})
        self._pattern = None

    def clean(self, text: str) -> str:
        text = _IN_URL.sub(rf"//\1:{MASK}@", text)
        text = _NAMED.sub(rf"\g<1>{MASK}", text)
        if self._pattern is None:
            longest_first = sorted(filter(None, self._values), key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        return self._pattern.sub(MASK, text)


def _passwords(value: str) -> list[str]:
    found = [match.group(2) for match in _IN_URL.finditer(value)]
    found += re.findall(r"(?i)password\s*=\s*'?([^\s'&]+)", value)
    return found
