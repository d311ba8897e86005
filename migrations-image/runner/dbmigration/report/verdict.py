"""Why a run has failed, or has not come to its target although nothing failed, once what the database holds is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration import reasons
from dbmigration.indexes import invalid_indexes
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY
from dbmigration.report import already_there, dropped_table, rolled_back
from dbmigration.report.commits import answered, is_last_answered
from dbmigration.report.half_step import half_step
from dbmigration.report.missing_commit import missing_commit
from dbmigration.report.readback import Missing
from dbmigration.report.revisions import MOST_PLACES, grouped, names

if TYPE_CHECKING:
    from dbmigration.course import Database
    from dbmigration.report.readback import Reading
    from dbmigration.state import State

_ENDED_EARLY = (reasons.CONNECTION_LOST, reasons.INTERRUPTED, reasons.DEADLINE_EXCEEDED)


def of(state: State, refusal: Refusal | None, readings: list[Reading] | str) -> Refusal | None:
    """None where the database is at its target. `refusal` is the run's own story, `readings` what there was to be read or why
    there was nothing."""
    read = readings if isinstance(readings, list) and readings else []
    if refusal is not None:
        found = next((r.tables for d, r in zip(state.course.databases, read) if d is state.course.at), ())
        refusal = already_there.with_remedy(refusal, state.course, found, state.traffic.last)
        refusal = rolled_back.with_cause(refusal, state.course)
    return _verdict(state, refusal, readings) or _difference(state, read)


def _verdict(state: State, refusal: Refusal | None, readings: list[Reading] | str) -> Refusal | None:
    if isinstance(readings, str):
        return _unread(state, refusal, readings)
    pairs = list(zip(state.course.databases, readings))
    arrived = bool(pairs) and all(d.has_arrived(r.rows) for d, r in pairs)
    if refusal is not None and arrived and (refusal.reason in _ENDED_EARLY or state.course.failed_afterwards):
        # It was too late: the answer to COMMIT was lost or no longer waited for, not the commit. Or it was no part of it.
        refusal = None
    if refusal is not None and refusal.reason != reasons.INVALID_INDEX:
        refusal = half_step(state, refusal, readings) or refusal
    for database, reading in pairs:
        refusal = _invalid_index(state, database, reading, refusal) or refusal
    if refusal is None and not arrived:
        uncommitted = missing_commit(state, pairs)
        return half_step(state, uncommitted, readings) or uncommitted
    if refusal is None:
        return None
    if refusal.reason == reasons.MIGRATION_FAILED and any(_is_somebody_elses(d, r) for d, r in pairs):
        return Refusal(
            reasons.DATABASE_BUSY,
            f"somebody else migrated meanwhile, an `alembic` command run by hand or by an application at its start: let only "
            f"one of them migrate. What this run did was taken back. The failure: {refusal.message}",
            refusal.revision,
            refusal.sqlstate,
        )
    if refusal.reason == reasons.MIGRATION_FAILED and any(r.rows != d.first.before for d, r in pairs):
        return Refusal(
            reasons.PARTIALLY_APPLIED,
            f"some of the steps are applied, and {'one failed' if len(pairs) > 1 else 'then'}: {refusal.message}",
            refusal.revision,
            refusal.sqlstate,
        )
    return refusal


def _unread(state: State, refusal: Refusal | None, why: str) -> Refusal:
    if isinstance(why, Missing):
        return _missing(why, refusal, any(answered(database, state) for database in state.course.databases))
    if refusal is not None:
        return half_step(state, refusal, why) or refusal
    told = f"the migration ran to its end, and the version table could not be read afterwards ({why})"
    if all(is_last_answered(database, state) for database in state.course.databases):
        told += ". The server has confirmed what was committed: the next attempt finds that and does nothing"
    else:
        told += ", so whether it was committed is not known. If it was, the next attempt finds that and does nothing"
    return Refusal(reasons.DATABASE_UNREACHABLE, f"{told}.")


def _missing(table: Missing, refusal: Refusal | None, is_committed: bool) -> Refusal:
    # It is what Alembic failed at, when it was about to write its row.
    is_told = refusal is None or refusal.sqlstate == dropped_table.SQLSTATE
    return Refusal(
        reasons.PARTIALLY_APPLIED if is_committed else reasons.MIGRATION_FAILED,
        f"the version table {table} is not there any more: somebody has moved, renamed or dropped it while this ran. "
        f"{'What this run has committed stays, and w' if is_committed else 'W'}here the database is cannot be told without it. "
        "Put the table back where env.py looks for it (ALTER TABLE … RENAME TO, SET SCHEMA; or from a backup), and "
        f"{RETRY}." + (f" The failure: {refusal.message}" if refusal is not None and not is_told else ""),
        refusal.revision if refusal else None,
        refusal.sqlstate if refusal else None,
    )


def _is_somebody_elses(database: Database, reading: Reading) -> bool:
    """Whether others must have written these rows: this run never came to them, or what it did is known to be taken back."""
    if reading.rows in (database.first.before, *database.committed):
        return False
    own = [tuple(sorted(step.rows)) for step in (database.plan.steps if database.plan else ())]
    # It may have failed before the first of them began.
    through = len(own) if database.has_begun else 0
    here = database.running.number - 1 if database.running is not None else through
    return reading.rows not in own[:here] or bool(database.taken_back)


def _invalid_index(state: State, database: Database, reading: Reading, refusal: Refusal | None) -> Refusal | None:
    new = sorted((i for i in reading.invalid if i not in database.invalid_before), key=lambda i: i in reading.own)
    found = new[0] if new else None
    if found is None and reading.invalid and state.task.graph is not None:
        applied = state.task.graph.ancestors(row for row in reading.rows if row in state.task.graph)
        if refusal is not None:
            # Of a failure only the step that failed can be the cause.
            applied = {refusal.revision} if refusal.revision else set()
        found = invalid_indexes.named_by(reading.invalid, (state.task.scripts[r] for r in applied if r in state.task.scripts))
    if found is None or (refusal is not None and refusal.reason == reasons.INVALID_INDEX):
        return None
    own = found in reading.own
    if refusal is None:
        return Refusal(reasons.INVALID_INDEX, f"{found.remedy(own)}.")
    if own and refusal.reason != reasons.MIGRATION_FAILED:
        # It is in nobody's way, so the cause stays the reason, and with it whether the operator tries again.
        return Refusal(
            refusal.reason,
            f"{refusal.message} Index {found}, which it left invalid, is dropped by the next attempt.",
            refusal.revision,
            refusal.sqlstate,
        )
    half = refusal.reason == reasons.PARTIALLY_APPLIED
    return Refusal(
        refusal.reason if half else reasons.INVALID_INDEX,
        f"{refusal.message} Besides, {found.remedy(own)}." if half else f"{found.remedy(own)}. This came of: {refusal.message}",
        refusal.revision,
        refusal.sqlstate,
    )


def _difference(state: State, read: list[Reading]) -> Refusal | None:
    """The target holds in all of them, and beside it they say different things: no one list of rows would be true."""
    if len({reading.rows for reading in read}) < 2:
        return None
    groups = grouped(
        (names(reading.rows), state.course.name_of(database)) for database, reading in zip(state.course.databases, read)
    )
    said = [f"{places} at {rows}" for rows, places in groups.items()]
    more = f"; and {len(said) - MOST_PLACES} other sets of rows" if len(said) > MOST_PLACES else ""
    return Refusal(
        reasons.VERSION_TABLES_DIFFER,
        f"the target holds in all {len(read)} version tables, but in lines that it does not name they differ: "
        f"{'; '.join(said[:MOST_PLACES])}{more}. Let the target name these lines as well (heads, or a revision of each), or "
        "let a resource of its own migrate each version table.",
    )
