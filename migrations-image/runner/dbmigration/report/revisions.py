"""Rows of a version table in words."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 6


def names(rows: Iterable[str]) -> str:
    some = sorted(row or "an empty row" for row in rows)
    if not some:
        return "base"
    return ", ".join(some[:_MOST]) + (f" and {len(some) - _MOST} more" if len(some) > _MOST else "")
