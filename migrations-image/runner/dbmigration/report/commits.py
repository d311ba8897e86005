"""Which of a run's COMMITs the server has answered: all that is known of the rows where they cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbmigration.course import Database
    from dbmigration.state import State


def answered(database: Database, state: State) -> list[tuple[str, ...]]:
    """The rows after each of them."""
    is_open = database.committing and not is_last_answered(database, state)
    return database.committed[:-1] if is_open else database.committed


def is_last_answered(database: Database, state: State) -> bool:
    """Of one that has failed it was heard before its session was closed."""
    return database.session.closed and state.traffic.error is None
