"""In what state a run that failed has left the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.report.revisions import grouped, names

if TYPE_CHECKING:
    from dbmigration.report.readback import Reading
    from dbmigration.state import State


def told(state: State, read: list[Reading]) -> str:
    if state.course.has_other_processes:
        return "It had started processes, of which the runner sees nothing: what they did stands."
    if not state.course.databases and state.course.early:
        return ""
    if state.course.session is None:
        return "The database was not touched."
    if not state.course.databases:
        return "Nothing was changed in the database."
    if state.course.undecided is not None:
        from dbmigration.session.prepared_transactions import DECISION

        return f"{_of_rows(state, read)} Of this run {state.course.undecided} is left: {DECISION}."
    return _of_rows(state, read)


def _of_rows(state: State, read: list[Reading]) -> str:
    if not read:
        return "What the database holds now could not be read."
    if all(r.rows == d.first.before for d, r in zip(state.course.databases, read)):
        rows = "; ".join(sorted({names(reading.rows) for reading in read}))
        return f"The version table says what it said before: {rows}."
    if len(read) == 1:
        return f"The version table was at {names(state.course.databases[0].first.before)} and is now at {names(read[0].rows)}."
    groups = grouped(
        (
            f"still at {names(r.rows)}"
            if r.rows == d.first.before
            else f"was at {names(d.first.before)} and is now at {names(r.rows)}",
            state.course.name_of(d),
        )
        for d, r in zip(state.course.databases, read)
    )
    return "The version tables: " + "; ".join(f"{places} {said}" for said, places in groups.items()) + "."
