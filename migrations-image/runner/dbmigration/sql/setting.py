"""Settings of a session that decide what the statements behind them mean."""

from __future__ import annotations

from collections.abc import Iterator

from dbmigration.sql.effect import Effect, MoveNames, Unknown

_LEXING = frozenset(("standard_conforming_strings", "backslash_quote"))
_MOVING = frozenset(("search_path", "role", "schema", "authorization", "session_authorization", "all"))


def set_to_another(name: str | None) -> Iterator[Effect]:
    """None for one whose name only the server can read."""
    known = None if name is None else name.lower()
    if known in _MOVING:
        yield MoveNames()
    elif known is None or known in _LEXING:
        yield Unknown("SET, behind which strings are read in another way")
