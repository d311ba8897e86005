"""A step that takes Alembic's own version table away, into which its row is to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbmigration.state import State

SQLSTATE = "42P01"


def remedy(state: State) -> str | None:
    """What to do about it, if that is what happened."""
    running, database, failed = state.course.running, state.course.at, state.traffic.last
    if running is None or running.under_way or database is None or failed is None:
        return None
    if database.table.table not in failed.text or failed.is_ours:
        return None
    return (
        f"It was there when the step began: {running.step.direction.lower()}() drops it, as DROP SCHEMA … CASCADE and a loop "
        "over all tables do, and the step has its row in it. Let it drop by name what the revision made, and build the image "
        "again"
    )
