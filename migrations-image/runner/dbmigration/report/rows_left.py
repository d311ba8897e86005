"""The rows at which a resource has left its database, by which it knows later on what is its own to take back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbmigration.course import Database
    from dbmigration.report.readback import Reading
    from dbmigration.state import State


def rows_left(state: State, readings: list[Reading]) -> tuple[str, ...] | None:
    """Sorted, of all version tables together; None where none was read.

    What was found without having been left is somebody else's, but for a request that may go down from anything: that was
    asked of what this run has found.
    """
    databases = state.course.databases
    if not databases:
        return None
    request = state.task.request
    known = request.down_from if request else None
    found: Sequence[Reading | None] = readings or [None] * len(databases)
    left = [_of_one(database, reading, known, state) for database, reading in zip(databases, found)]
    return tuple(sorted({row for rows in left for row in rows}))


def _of_one(database: Database, reading: Reading | None, known: tuple[str, ...] | None, state: State) -> tuple[str, ...]:
    if reading is None:
        from dbmigration.report.commits import answered

        confirmed = answered(database, state)
        return confirmed[-1] if confirmed else database.before if known is None else known
    if reading is not None and reading.rows != database.before and reading.rows in database.committed:
        return reading.rows
    return database.before if known is None else known
