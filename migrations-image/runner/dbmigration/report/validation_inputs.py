"""What pydantic quotes beside a complaint: the value of a field, or all settings at once, of which it cuts out the middle."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbmigration.report.setting_names import is_secret

SIGN = "input_value="
_END = ", input_type="
_MISSING = "[type=missing, "
_CUT = "..."
# What is left of a name, and what it names.
_REST_OF_NAME = re.compile(r"[\w.-]*['\"]\s*:\s*")
_REST_OF_VALUE = re.compile(r"'[^']*'?|\"[^\"]*\"?|[^\s,}]*")
_SEVERAL = ("{", "[", "(")


def spans(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    while (found := text.find(SIGN, position)) >= 0:
        start = found + len(SIGN)
        line = text.find("\n", start)
        line = len(text) if line < 0 else line
        end = text.find(_END, start, line)
        end = position = line if end < 0 else end
        # Beside a field that is missing stands what it is missing in.
        field = _field(text, found)
        if not text.endswith(_MISSING, 0, found) and (field is None or is_secret(field)):
            yield start, end
        elif text.startswith(_SEVERAL, start):
            yield from _behind_the_cut(text, start, end)


def _field(text: str, place: int) -> str | None:
    """The line before the complaint; None where a log is written line by line, and nobody can tell."""
    line = text.rfind("\n", 0, place)
    return text[text.rfind("\n", 0, max(line, 0)) + 1 : line].strip() if line >= 0 else None


def _behind_the_cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Nobody can tell whose value it is."""
    cut = text.find(_CUT, start, end)
    if cut < 0:
        return
    name = _REST_OF_NAME.match(text, cut + len(_CUT), end)
    begin = cut + len(_CUT) if name is None else name.end()
    if name is None:
        quotes = [place for sign in "'\"" if (place := text.find(sign, begin, end)) >= 0]
        yield begin, min(quotes, default=end)
    else:
        yield _REST_OF_VALUE.match(text, begin, end).span()  # type: ignore[union-attr]
