"""The rows and keys of tables that the server shows in the detail of an error."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbmigration.report.setting_names import is_secret

# Its columns are not said, so any of its values may be one.
ROW = "Failing row contains ("
# In every language: `Key (login, password)=(x, y) already exists.`
KEY = ")=("
_BEHIND = re.compile(r"\)(?= (?:already|is|conflicts)\b|['\"]?[.,»«)]?$)", re.MULTILINE)
_LONGEST = 300


def spans(text: str) -> Iterator[tuple[int, int]]:
    for sign in (ROW, KEY):
        position = 0
        while (found := text.find(sign, position)) >= 0:
            position = start = found + len(sign)
            if sign == ROW or any(is_secret(name.strip(' ()"')) for name in _columns(text, found)):
                end = _BEHIND.search(text, start) if sign == KEY else None
                position = _end_of_line(text, start) if end is None else end.start()
                yield start, position


def _columns(text: str, closing: int) -> list[str]:
    """Of a key, and none where it is an assignment of SQL."""
    depth, place = 1, closing
    while depth and place > 0 and closing - place < _LONGEST:
        place -= 1
        depth += (text[place] == ")") - (text[place] == "(")
    is_of_sql = text[:place].rstrip()[-3:].lower() == "set"
    return [] if depth or is_of_sql else text[place + 1 : closing].split(",")


def _end_of_line(text: str, start: int) -> int:
    """Before the last parenthesis of it."""
    line = text.find("\n", start)
    line = len(text) if line < 0 else line
    end = text.rfind(")", start, line)
    return line if end < 0 else end
