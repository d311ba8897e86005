"""Rows of a version table in words."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 6
_LONGEST = 1_000
MOST_PLACES = 5


def names(rows: Iterable[str]) -> str:
    some = sorted(_shown(row) or "an empty row" for row in rows)
    if not some:
        return "base"
    return ", ".join(some[:_MOST]) + (f" and {len(some) - _MOST} more" if len(some) > _MOST else "")


def _shown(row: str) -> str:
    """Alembic's own have 32 characters at most. Whoever has written megabytes there finds them by their number."""
    return row if len(row) <= _LONGEST else f"a row of {len(row)} characters"


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The version tables of which the same is to be said, in their order; of many tenants the first stand for the rest."""
    groups: dict[str, list[str]] = {}
    for said, place in pairs:
        groups.setdefault(said, []).append(place)
    return {
        said: ", ".join(places[:MOST_PLACES]) + (f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else "")
        for said, places in groups.items()
    }
