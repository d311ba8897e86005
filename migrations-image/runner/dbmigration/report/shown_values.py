"""What a text itself shows to be a secret, behind its name or in a login: who shows it once shows it again, or a cut of it."""

from __future__ import annotations

from collections.abc import Iterable

from dbmigration.report.fragments import SHORTEST, Fragments, Vouched
from dbmigration.report.spelling import LONG

# A text full of them is nobody's message.
_MOST = 8
_PLACEHOLDERS = "{<$%[(*"


def fragments(values: Iterable[str], names: Iterable[str], vouched: Vouched) -> Fragments:
    found = Fragments(vouched)
    found.except_for(names)
    for value in list(dict.fromkeys(_bare(value) for value in values))[:_MOST]:
        if SHORTEST <= len(value) <= LONG and value[0] not in _PLACEHOLDERS:
            found.add(value)
    return found


def _bare(value: str) -> str:
    quote = next((sign for sign in ("''", "'", '"') if sign in value), None)
    if quote is not None:
        return value[value.find(quote) + len(quote) : value.rfind(quote)]
    if value.startswith("$"):
        return value.strip("$")
    # A word behind a name may be one of a sentence: `token: unexpected`.
    return value if any(map(str.isdigit, value)) else ""
