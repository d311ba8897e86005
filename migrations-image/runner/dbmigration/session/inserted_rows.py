"""Rows that one operation inserts, when they are too many to be shown: what they are known by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.sql import ClauseElement

from dbmigration.session import statement


def fingerprints(rows: Sequence[Mapping[Any, Any]], dialect: Any) -> dict[str, str]:
    """Of each column: where one has the time in it, the others are known all the same."""
    found: dict[str, Any] = {}
    # An expression is mostly the same one in all rows.
    texts: dict[int, str] = {}
    for number, row in enumerate(rows):
        for column, value in row.items():
            if isinstance(value, ClauseElement):
                text = texts.get(id(value)) or texts.setdefault(id(value), statement.rendered(value, dialect, None).text)
            else:
                text = statement.told(value)
            found.setdefault(str(column), hashlib.sha256()).update(f"{number} {len(text)} {text}\n".encode("utf-8", "replace"))
    return {column: fingerprint.hexdigest() for column, fingerprint in found.items()}
